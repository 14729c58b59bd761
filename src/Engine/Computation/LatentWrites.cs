using System.Runtime.InteropServices;
using AeServerless.Engine.Autoencoders;
using static TorchSharp.torch;

namespace AeServerless.Engine.Computation;

/// <summary>What latents write to the residual stream.</summary>
public static class LatentWrites
{
    // 2,048 rows of 3,072 doubles are 50 MB: enough for the product's full speed, and small compared with the weights.
    private const int BlockRows = 2048;

    /// <summary>decoder · W_out of an autoencoder on neurons, or decoder · W_O of one on heads, in float64 and rounded once.</summary>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="mlpOut">W_out or W_O, <c>[units, d_model]</c>.</param>
    /// <param name="modelWidth">d_model.</param>
    /// <returns><c>[latents, d_model]</c>.</returns>
    public static LatentDirections Through(Autoencoder autoencoder, float[] mlpOut, int modelWidth)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        ArgumentNullException.ThrowIfNull(mlpOut);
        var directions = new LatentDirections(autoencoder.LatentCount, modelWidth);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var right = tensor(mlpOut, autoencoder.OutputSize, modelWidth).to_type(ScalarType.Float64); // [d_ff, d_model]
        for (var first = 0; first < autoencoder.LatentCount; first += BlockRows)
        {
            using var block = NewDisposeScope();
            var rows = Math.Min(BlockRows, autoencoder.LatentCount - first);
            var decoder = tensor(autoencoder.Decoder.Rows(first, rows));
            var left = decoder.view(rows, autoencoder.OutputSize).to_type(ScalarType.Float64); // [rows, d_ff]
            var product = left.matmul(right).to_type(ScalarType.Float32); // [rows, d_model]
            directions.SetRows(first, MemoryMarshal.Cast<byte, float>(product.bytes));
        }

        return directions;
    }

    internal static float[] Transpose(float[] values, int rows, int columns)
    {
        var transposed = new float[values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                transposed[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        return transposed;
    }
}

using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Kernels;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Runtime;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Engines;

namespace AeServerless.Formats.Golden;

/// <summary>Latents and reconstructions of some activations, as the engine computes them.</summary>
internal sealed class EngineRows
{
    private readonly SparseLatents _latents = new();
    private readonly float[] _outputs;
    private readonly int _latentCount;
    private readonly int _outputSize;

    /// <summary>Computes them.</summary>
    /// <param name="definition">The autoencoder.</param>
    /// <param name="x">The activations, <c>[rows, input]</c>.</param>
    public EngineRows(AutoencoderDefinition definition, float[] x)
    {
        var autoencoder = definition.ToEngine();
        var rows = x.Length / autoencoder.InputSize;
        (_latentCount, _outputSize) = (autoencoder.LatentCount, autoencoder.OutputSize);
        using var context = new EngineContext(new EngineOptions { Threads = 1 });
        using var encoder = new LatentEncoder(autoencoder, context);
        encoder.Encode(x, rows, _latents);
        _outputs = new float[rows * _outputSize];
        SparseKernels.Reconstruct(_latents, autoencoder, x, _outputs);
    }

    /// <summary>Latents of a row, <c>[latents]</c>.</summary>
    public double[] Latents(int row)
    {
        var latents = new double[_latentCount];
        for (var i = _latents.RowStarts[row]; i < _latents.RowStarts[row + 1]; i++)
        {
            latents[_latents.Latents[i]] = _latents.Values[i];
        }

        return latents;
    }

    /// <summary>The reconstruction of a row, <c>[output]</c>.</summary>
    public double[] Output(int row) => [.. _outputs.AsSpan(row * _outputSize, _outputSize).ToArray().Select(value => (double)value)];
}

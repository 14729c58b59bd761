using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Autoencoders;

/// <summary>Reads matrices of weights a few rows at a time, so that a matrix of any size costs its own memory and little more.</summary>
internal static class WeightReader
{
    private const int ElementsAtOnce = 1 << 24;

    /// <summary>Reads <c>[latents, input]</c>.</summary>
    /// <exception cref="InvalidInputException">A weight is not finite.</exception>
    public static async Task<EncoderRows> ReadEncoderAsync(
        SafetensorsFile file, string tensor, CancellationToken cancellationToken, int elementsAtOnce = ElementsAtOnce)
    {
        var entry = file.GetTensor(tensor);
        var (latents, width) = ((int)entry.Shape[0], (int)entry.Shape[1]);
        var rows = new EncoderRows(latents, width);
        var together = Math.Max(1, elementsAtOnce / width);
        for (var block = 0; block < rows.Blocks.Count; block++)
        {
            var values = rows.Blocks[block];
            for (var row = 0; row < values.Length / width; row += together)
            {
                var piece = values.AsMemory(row * width, Math.Min(together * width, values.Length - (row * width)));
                await file.ReadRowsAsync(entry, rows.FirstOf(block) + row, piece, cancellationToken);
                ValidateFinite(file, tensor, piece.Span, (rows.FirstOf(block) + (long)row) * width);
            }
        }

        return rows;
    }

    /// <summary>Reads <c>[input, latents]</c> as the directions of the latents.</summary>
    /// <exception cref="InvalidInputException">A weight is not finite.</exception>
    public static async Task<LatentDirections> ReadDecoderAsync(
        SafetensorsFile file, string tensor, CancellationToken cancellationToken, int elementsAtOnce = ElementsAtOnce)
    {
        var entry = file.GetTensor(tensor);
        var (width, latents) = ((int)entry.Shape[0], (int)entry.Shape[1]);
        var directions = new LatentDirections(latents, width);
        var together = Math.Clamp(elementsAtOnce / latents, 1, LatentDirections.BlockColumns);
        var buffer = LargeArrays<float>.Pool.Rent(together * latents);
        try
        {
            for (var column = 0; column < width; column += together)
            {
                var piece = buffer.AsMemory(0, Math.Min(together, width - column) * latents);
                await file.ReadRowsAsync(entry, column, piece, cancellationToken);
                ValidateFinite(file, tensor, piece.Span, (long)column * latents);
                directions.SetColumns(column, piece);
            }
        }
        finally
        {
            LargeArrays<float>.Pool.Return(buffer);
        }

        return directions;
    }

    /// <summary>Throws where a weight is not a finite number.</summary>
    public static void ValidateFinite(SafetensorsFile file, string tensor, ReadOnlySpan<float> values, long first)
    {
        var bad = values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
        {
            throw new InvalidInputException(
                $"{file.Source.Name}, tensor {tensor}", $"element {first + bad} is {values[bad]}; weights have to be finite");
        }
    }
}

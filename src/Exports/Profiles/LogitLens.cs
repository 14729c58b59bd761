using System.Numerics.Tensors;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Profiles;

/// <summary>
/// What latents write to the logits: unit decoder row · unembedding, <c>[latents, vocabulary]</c>, for some latents at a time.
/// </summary>
public sealed class LogitLens(ILatentDirections directions)
{
    private const int TileTokens = 1024;

    private readonly int _vocabulary = directions.Unembedding.Length / Math.Max(1, directions.Width);
    private float[][] _logits = [];

    /// <summary>Logits of consecutive latents, valid until the next call; empty where there is no unembedding.</summary>
    public float[][] Of(int first, int count)
    {
        if (_vocabulary == 0)
        {
            return [];
        }

        var rows = Enumerable.Range(first, count).Select(latent => Unit(directions, latent)).ToArray();
        if (_logits.Length < count)
        {
            _logits = [.. _logits, .. Enumerable.Range(_logits.Length, count - _logits.Length).Select(_ => new float[_vocabulary])];
        }

        var logits = _logits[..count];
        Array.ForEach(logits, Array.Clear);
        // A tile of the unembedding stays in the cache while all latents use it.
        Parallel.For(0, (_vocabulary + TileTokens - 1) / TileTokens, tile =>
        {
            var start = tile * TileTokens;
            var length = Math.Min(TileTokens, _vocabulary - start);
            var unembedding = directions.Unembedding.Span;
            for (var latent = 0; latent < count; latent++)
            {
                var sums = logits[latent].AsSpan(start, length);
                for (var i = 0; i < directions.Width; i++)
                {
                    TensorPrimitives.MultiplyAdd(unembedding.Slice((i * _vocabulary) + start, length), rows[latent][i], sums, sums);
                }
            }
        });
        return logits;
    }

    /// <summary>A latent's decoder row with a norm of 1.</summary>
    public static float[] Unit(ILatentDirections directions, int latent)
    {
        var row = directions.Row(latent).ToArray();
        var norm = Norm(row);
        if (norm > 0)
        {
            TensorPrimitives.Divide(row, norm, row);
        }

        return row;
    }

    /// <summary>The L2 norm.</summary>
    public static float Norm(ReadOnlySpan<float> row)
    {
        var sum = 0.0;
        foreach (var value in row)
        {
            sum += (double)value * value;
        }

        return (float)Math.Sqrt(sum);
    }

    /// <summary>Indices of the greatest values, the greatest first; equal ones by index.</summary>
    public static int[] Greatest(ReadOnlySpan<float> values, int count, float sign = 1)
    {
        var queue = new PriorityQueue<int, (float Value, int Index)>();
        for (var i = 0; i < values.Length; i++)
        {
            var priority = (sign * values[i], -i);
            if (queue.Count < count)
            {
                queue.Enqueue(i, priority);
            }
            else if (queue.TryPeek(out _, out var least) && priority.Item1 > least.Value)
            {
                // Of equal ones the lower indices stay.
                queue.DequeueEnqueue(i, priority);
            }
        }

        var greatest = new int[queue.Count];
        for (var i = greatest.Length - 1; i >= 0; i--)
        {
            greatest[i] = queue.Dequeue();
        }

        return greatest;
    }
}

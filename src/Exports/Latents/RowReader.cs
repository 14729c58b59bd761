using System.Runtime.CompilerServices;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Latents;

/// <summary>Reads the values of a set of scalars token by token, block by block: what is in memory does not grow with the run.</summary>
internal sealed class RowReader(LatentSet set, ITokenIds? tokens)
{
    private const int MostRows = 1 << 13;
    private const long MostEntries = 1 << 20;

    private readonly ScalarRows[] _scalars = [.. set.Scalars.Select(scalar => new ScalarRows(scalar))];
    private readonly int[] _tokens = new int[tokens is null ? 0 : MostRows];

    /// <summary>Shows all values, in the order of tokens and, of a token, latents.</summary>
    public async Task ReadAsync(IEntryVisitor visitor, CancellationToken cancellationToken)
    {
        var values = new float[_scalars.Length];
        for (var first = 0L; first < set.Primary.Tokens;)
        {
            var rows = await ReadBlockAsync(first, cancellationToken);
            for (var row = 0; row < rows; row++)
            {
                Show(row, first + row, values, visitor);
            }

            first += rows;
        }
    }

    private async Task<int> ReadBlockAsync(long first, CancellationToken cancellationToken)
    {
        var rows = (int)Math.Min(MostRows, set.Primary.Tokens - first);
        // At once: over a network an answer takes its time, whatever is in it.
        await Task.WhenAll(_scalars.Select(scalar => scalar.ReadStartsAsync(first, rows, cancellationToken)));

        rows = Fitting(rows);
        await Task.WhenAll(_scalars.Select(scalar => scalar.ReadValuesAsync(rows, cancellationToken)).Append(
            tokens is null ? Task.CompletedTask : tokens.ReadAsync(first, _tokens.AsMemory(0, rows), cancellationToken).AsTask()));

        return rows;
    }

    /// <summary>How many of the rows have as many values as are read at once; at least one.</summary>
    private int Fitting(int rows)
    {
        while (rows > 1)
        {
            var entries = 0L;
            foreach (var scalar in _scalars)
            {
                entries += scalar.Starts[rows] - scalar.Starts[0];
            }

            if (entries <= MostEntries)
            {
                break;
            }

            rows = (rows + 1) / 2;
        }

        return rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Show(int row, long absolute, Span<float> values, IEntryVisitor visitor)
    {
        var token = tokens is null ? -1 : _tokens[row];
        var latents = _scalars[0].Latents(row);
        if (HaveSameLatents(row, latents))
        {
            var present = uint.MaxValue >> (32 - _scalars.Length);
            for (var i = 0; i < latents.Length; i++)
            {
                for (var scalar = 0; scalar < _scalars.Length; scalar++)
                {
                    values[scalar] = _scalars[scalar].Values(row)[i];
                }

                visitor.Add(latents[i], absolute, token, present, values);
            }
        }
        else
        {
            Merge(row, absolute, token, values, visitor);
        }
    }

    private bool HaveSameLatents(int row, ReadOnlySpan<int> latents)
    {
        for (var scalar = 1; scalar < _scalars.Length; scalar++)
        {
            if (!_scalars[scalar].Latents(row).SequenceEqual(latents))
            {
                return false;
            }
        }

        return true;
    }

    private void Merge(int row, long absolute, int token, Span<float> values, IEntryVisitor visitor)
    {
        Span<int> next = stackalloc int[_scalars.Length];
        while (true)
        {
            var latent = int.MaxValue;
            for (var scalar = 0; scalar < _scalars.Length; scalar++)
            {
                var latents = _scalars[scalar].Latents(row);
                latent = next[scalar] < latents.Length ? Math.Min(latent, latents[next[scalar]]) : latent;
            }

            if (latent == int.MaxValue)
            {
                return;
            }

            var present = 0u;
            for (var scalar = 0; scalar < _scalars.Length; scalar++)
            {
                var latents = _scalars[scalar].Latents(row);
                var here = next[scalar] < latents.Length && latents[next[scalar]] == latent;
                values[scalar] = here ? _scalars[scalar].Values(row)[next[scalar]++] : 0;
                present |= here ? 1u << scalar : 0;
            }

            visitor.Add(latent, absolute, token, present, values);
        }
    }
}

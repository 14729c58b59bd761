using System.Runtime.CompilerServices;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Latents;

/// <summary>
/// Turns values that come token by token into values by latent with bounded memory: one pass puts them into ranges of latents in a
/// temporary file, and each range that fits into memory is then sorted there. All formats share it.
/// </summary>
internal sealed class LatentSpill : IEntryVisitor, IDisposable
{
    private const int MostOfOneLatent = 1 << 21;

    private readonly int[] _bounds;
    private readonly int[] _bucketOf;
    private readonly long[] _counts;
    private readonly float? _above;
    private readonly IEntryVisitor? _also;
    private readonly int _scalars;
    private readonly SpillFile _file;

    private LatentSpill(LatentSet set, int[] bounds, Predicate<int> wanted, float? above, IEntryVisitor? also)
    {
        (_bounds, _above, _also, _scalars) = (bounds, above, also, set.Scalars.Count);
        (_bucketOf, _counts) = (new int[set.Width], new long[set.Width]);
        for (var bucket = 0; bucket < bounds.Length - 1; bucket++)
        {
            _bucketOf.AsSpan(bounds[bucket]..bounds[bucket + 1]).Fill(wanted(bucket) ? bucket : -1);
        }

        _file = new SpillFile(bounds.Length - 1, SpillRecord.Bytes(_scalars));
    }

    /// <summary>Reads all values once and keeps those of some ranges.</summary>
    /// <param name="set">The scalars.</param>
    /// <param name="tokens">Token ids, or <see langword="null"/> to leave them out.</param>
    /// <param name="bounds">Where ranges of latents begin, and at last the number of latents.</param>
    /// <param name="wanted">Whether the values of a range are needed.</param>
    /// <param name="above">Keeps values of the first scalar whose magnitude is above this; all where <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <param name="also">Is shown all values in the same pass, those that are not kept too.</param>
    public static async Task<LatentSpill> CreateAsync(
        LatentSet set,
        ITokenIds? tokens,
        int[] bounds,
        Predicate<int> wanted,
        float? above,
        CancellationToken cancellationToken,
        IEntryVisitor? also = null)
    {
        var spill = new LatentSpill(set, bounds, wanted, above, also);
        try
        {
            await new RowReader(set, tokens).ReadAsync(spill, cancellationToken);
            return spill;
        }
        catch
        {
            spill.Dispose();
            throw;
        }
    }

    /// <summary>Number of values by latent.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>Number of values of a range.</summary>
    public long Count(int range) => _file.Records(range);

    /// <summary>The records of a range in the order of tokens, some at a time.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> InTokenOrder(int range) => _file.Read(range);

    /// <summary>
    /// The values of a range by latent: as many latents at a time as fit into memory, and one with more values in several parts.
    /// </summary>
    public IEnumerable<SortedLatents> ByLatent(int range)
    {
        var (first, end) = (_bounds[range], _bounds[range + 1]);
        var counts = _counts[first..end];
        var most = LatentRanges.MostEntries(_scalars);
        var bounds = LatentRanges.Divide(counts, most);
        for (var i = 0; i < bounds.Length - 1; i++)
        {
            var within = counts[bounds[i]..bounds[i + 1]];
            foreach (var part in within.Length == 1 && within[0] > most
                ? OfOneLatent(range, first + bounds[i], within[0])
                : [Sort(range, first + bounds[i], within)])
            {
                yield return part;
            }
        }
    }

    void IEntryVisitor.Add(int latent, long row, int token, uint present, ReadOnlySpan<float> values)
    {
        _also?.Add(latent, row, token, present, values);

        // Not the opposite comparison turned round: not-a-number is above nothing.
        if (_bucketOf[latent] is >= 0 and var bucket && (_above is not { } above || MathF.Abs(values[0]) > above))
        {
            _counts[latent]++;
            SpillRecord.Write(_file.Append(bucket), latent, row, token, present, values);
        }
    }

    public void Dispose() => _file.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private SortedLatents Sort(int range, int first, long[] counts)
    {
        var next = new long[counts.Length + 1];
        for (var i = 0; i < counts.Length; i++)
        {
            next[i + 1] = next[i] + counts[i];
        }

        var sorted = new SortedLatents(first, (long[])next.Clone(), _scalars);
        foreach (var block in InTokenOrder(range))
        {
            for (var rest = block.Span; rest.Length > 0; rest = rest[_file.RecordBytes..])
            {
                var latent = SpillRecord.Latent(rest) - first;
                if (latent >= 0 && latent < counts.Length)
                {
                    Take(rest, sorted, (int)next[latent]++);
                }
            }
        }

        return sorted;
    }

    private IEnumerable<SortedLatents> OfOneLatent(int range, int latent, long total)
    {
        var left = total;
        SortedLatents? part = null;
        var filled = 0;
        foreach (var block in InTokenOrder(range))
        {
            for (var at = 0; at < block.Length; at += _file.RecordBytes)
            {
                if (SpillRecord.Latent(block.Span[at..]) != latent)
                {
                    continue;
                }

                part ??= new SortedLatents(latent, [0, Math.Min(left, MostOfOneLatent)], _scalars)
                {
                    Continues = left < total,
                    GoesOn = left > MostOfOneLatent,
                };
                Take(block.Span[at..], part, filled++);
                if (filled == part.Entries)
                {
                    yield return part;
                    (left, filled, part) = (left - filled, 0, null);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Take(ReadOnlySpan<byte> record, SortedLatents sorted, int at)
    {
        sorted.Latent[at] = SpillRecord.Latent(record);
        sorted.Row[at] = SpillRecord.Row(record);
        sorted.Token[at] = SpillRecord.Token(record);
        sorted.Present[at] = SpillRecord.Present(record);
        for (var scalar = 0; scalar < _scalars; scalar++)
        {
            sorted.Values[scalar][at] = SpillRecord.Value(record, scalar);
        }
    }
}

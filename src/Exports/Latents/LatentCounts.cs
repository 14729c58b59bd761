using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Latents;

/// <summary>How many values each latent has.</summary>
internal sealed class LatentCounts : IEntryVisitor
{
    private readonly long[] _entries;
    private readonly long[] _nonZero;
    private readonly long[] _positive;

    public LatentCounts(int width) => (_entries, _nonZero, _positive) = (new long[width], new long[width], new long[width]);

    /// <summary>Stored values by latent, of any scalar of the set.</summary>
    public IReadOnlyList<long> Entries => _entries;

    /// <summary>Values of the first scalar that are not zero.</summary>
    public IReadOnlyList<long> NonZero => _nonZero;

    /// <summary>Values of the first scalar above zero.</summary>
    public IReadOnlyList<long> Positive => _positive;

    /// <summary>Reads all values once.</summary>
    public static async Task<LatentCounts> ReadAsync(LatentSet set, CancellationToken cancellationToken)
    {
        var counts = new LatentCounts(set.Width);
        await new RowReader(set, tokens: null).ReadAsync(counts, cancellationToken);
        return counts;
    }

    void IEntryVisitor.Add(int latent, long row, int token, uint present, ReadOnlySpan<float> values)
    {
        _entries[latent]++;
        _nonZero[latent] += values[0] != 0 ? 1 : 0;
        _positive[latent] += values[0] > 0 ? 1 : 0;
    }
}

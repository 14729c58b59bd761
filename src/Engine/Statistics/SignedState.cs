using System.Runtime.CompilerServices;

namespace AeServerless.Engine.Statistics;

/// <summary>What is kept of a latent's values of one sign.</summary>
/// <param name="options">What to keep.</param>
/// <param name="negative">Which sign.</param>
internal sealed class SignedState(StatisticsOptions options, bool negative)
{
    private long[] _bins = [];
    private bool _any;

    /// <summary>How often each bin of magnitudes was met; empty where no value had this sign.</summary>
    public ReadOnlySpan<long> Bins => _any ? _bins : [];

    /// <summary>The strongest.</summary>
    public ExampleList Examples { get; } = new(options.TopExamples);

    public void Add(float value, in TokenPlace place, LogHistogram histogram)
    {
        Count(histogram.Bin(value), 1);
        Examples.Offer(value, place);
    }

    /// <summary>Adds those of some values that have this sign: what adding them one by one gives, in less time.</summary>
    /// <param name="values">The values, at most <see cref="Strongest.MostValues"/>.</param>
    /// <param name="tokens">For each the index of its place.</param>
    /// <param name="places">The places.</param>
    /// <param name="histogram">Has the bins.</param>
    [SkipLocalsInit]
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<int> tokens, ReadOnlySpan<TokenPlace> places, LogHistogram histogram)
    {
        Span<ulong> keys = stackalloc ulong[Strongest.MostValues];
        var bins = FillableBins();
        var threshold = Examples.Threshold;
        var taken = 0;
        for (var i = 0; i < values.Length; i++)
        {
            // Done in any case, and of no effect where the sign is the other or the value too weak: nothing that a processor could guess.
            var value = values[i];
            var own = value < 0 == negative ? 1 : 0;
            bins[histogram.Bin(value)] += own;
            keys[taken] = Strongest.Key(value, i);
            taken += own & (MathF.Abs(value) >= threshold ? 1 : 0);
        }

        Span<int> order = stackalloc int[Strongest.MostValues];
        Strongest.Order(keys, taken, order);
        for (var rank = 0; rank < taken && Examples.Takes(values[order[rank]]); rank++)
        {
            Examples.Offer(values[order[rank]], places[tokens[order[rank]]]);
        }
    }

    public void Add(SignedState other)
    {
        for (var bin = 0; bin < other.Bins.Length; bin++)
        {
            Count(bin, other.Bins[bin]);
        }

        foreach (var example in other.Examples.All)
        {
            Examples.Offer(example.Value, example.Place);
        }
    }

    /// <summary>Counts values of one bin.</summary>
    public void Count(int bin, long values) => FillableBins()[bin] += values;

    public void Clear()
    {
        if (_any)
        {
            Array.Clear(_bins);
            _any = false;
        }

        Examples.Clear();
    }

    private long[] FillableBins()
    {
        if (_bins.Length == 0)
        {
            _bins = new long[options.HistogramBins];
        }

        _any = true;
        return _bins;
    }
}

namespace AeServerless.Engine.Statistics;

/// <summary>What is kept of a latent's values of one sign.</summary>
internal sealed class SignedState(StatisticsOptions options)
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
    public void Count(int bin, long values)
    {
        if (_bins.Length == 0)
        {
            _bins = new long[options.HistogramBins];
        }

        _bins[bin] += values;
        _any = true;
    }

    public void Clear()
    {
        if (_any)
        {
            Array.Clear(_bins);
            Examples.Clear();
            _any = false;
        }
    }
}

namespace AeServerless.Engine.Statistics;

/// <summary>What is known of one latent: every non-zero value that it had, summed up.</summary>
internal sealed class LatentState(int topExamples)
{
    private const int SumLimbs = 11;

    // Sum and sum of squares side by side: an addition touches few cache lines.
    private readonly long[] _limbs = new long[ExactFormat.Values.Limbs + ExactFormat.Squares.Limbs];
    private int _pending;

    public long Count { get; set; }

    public float Max { get; set; } = float.NegativeInfinity;

    public float Min { get; set; } = float.PositiveInfinity;

    /// <summary>Bins of values above zero; none before the first.</summary>
    public long[]? Positive { get; set; }

    /// <summary>Bins of values below zero; none before the first.</summary>
    public long[]? Negative { get; set; }

    public ExampleList Top { get; } = new(topExamples);

    public ExampleList Bottom { get; } = new(topExamples);

    /// <summary>Σ value, canonical after <see cref="Normalise"/>.</summary>
    public Span<long> Sum => _limbs.AsSpan(0, SumLimbs);

    /// <summary>Σ value², canonical after <see cref="Normalise"/>.</summary>
    public Span<long> Squares => _limbs.AsSpan(SumLimbs);

    public void Add(float value, in TokenPlace place, LogHistogram histogram)
    {
        Count++;
        Max = MathF.Max(Max, value);
        Min = MathF.Min(Min, value);
        BeforeAddition();
        ExactSum.Add(Sum, value);
        ExactSum.AddSquare(Squares, value);
        if (value > 0)
        {
            (Positive ??= new long[histogram.Bins])[histogram.Bin(value)]++;
            Top.Offer(value, place);
        }
        else
        {
            (Negative ??= new long[histogram.Bins])[histogram.Bin(value)]++;
            Bottom.Offer(value, place);
        }
    }

    /// <summary>Adds what another has seen; <paramref name="other"/> is normalised.</summary>
    public void Add(LatentState other)
    {
        AddSums(other.Count, other.Max, other.Min, other.Sum, other.Squares);
        Positive = AddBins(Positive, other.Positive);
        Negative = AddBins(Negative, other.Negative);
        foreach (var example in other.Top.Examples)
        {
            Top.Offer(example.Value, example.Place);
        }

        foreach (var example in other.Bottom.Examples)
        {
            Bottom.Offer(example.Value, example.Place);
        }
    }

    /// <summary>Adds count, extremes and normalised sums.</summary>
    public void AddSums(long count, float max, float min, ReadOnlySpan<long> sum, ReadOnlySpan<long> squares)
    {
        Count += count;
        Max = MathF.Max(Max, max);
        Min = MathF.Min(Min, min);
        BeforeAddition();
        ExactSum.Add(Sum, sum);
        ExactSum.Add(Squares, squares);
    }

    public void Normalise()
    {
        ExactSum.Normalise(Sum);
        ExactSum.Normalise(Squares);
        _pending = 0;
    }

    private static long[]? AddBins(long[]? bins, long[]? other)
    {
        if (bins is null || other is null)
        {
            return bins ?? other?.ToArray();
        }

        for (var i = 0; i < bins.Length; i++)
        {
            bins[i] += other[i];
        }

        return bins;
    }

    private void BeforeAddition()
    {
        if (++_pending == ExactSum.MaxPending)
        {
            Normalise();
        }
    }
}

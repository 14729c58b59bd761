using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Statistics.Pending;

namespace AeServerless.Engine.Statistics;

/// <summary>What is known of one latent: every non-zero value that it had, summed up. Cleared it is as new, and keeps its memory.</summary>
internal sealed class LatentState(StatisticsOptions options)
{
    private static readonly int SumLimbs = ExactFormat.Values.Limbs;

    // Sum and sum of squares side by side: an addition touches few cache lines.
    private readonly long[] _limbs = new long[ExactFormat.Values.Limbs + ExactFormat.Squares.Limbs];
    private int _pending;

    public long Count { get; private set; }

    public float Max { get; private set; } = float.NegativeInfinity;

    public float Min { get; private set; } = float.PositiveInfinity;

    /// <summary>Values above zero.</summary>
    public SignedState Positive { get; } = new(options, negative: false);

    /// <summary>Values below zero.</summary>
    public SignedState Negative { get; } = new(options, negative: true);

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
        (value > 0 ? Positive : Negative).Add(value, place, histogram);
    }

    /// <summary>Adds values, which are finite and not zero: what adding them one by one gives, in less time.</summary>
    /// <param name="values">The values.</param>
    /// <param name="places">The places of the tokens.</param>
    /// <param name="histogram">Has the bins.</param>
    public void Add(ReadOnlySpan<PendingValue> values, ReadOnlySpan<TokenPlace> places, LogHistogram histogram)
    {
        var (max, min) = (float.NegativeInfinity, float.PositiveInfinity);
        for (var first = 0; first < values.Length; first += ExactSum.MaxValues)
        {
            var some = AddFew(values.Slice(first, Math.Min(ExactSum.MaxValues, values.Length - first)), histogram);
            (max, min) = (MathF.Max(max, some.Max), MathF.Min(min, some.Min));
        }

        (Max, Min) = (MathF.Max(Max, max), MathF.Min(Min, min));
        if (max > 0)
        {
            Positive.Offer(values, places, histogram);
        }

        if (min < 0)
        {
            Negative.Offer(values, places, histogram);
        }
    }

    /// <summary>Adds what another has seen; <paramref name="other"/> is normalised.</summary>
    public void Add(LatentState other)
    {
        AddSums(other.Count, other.Max, other.Min, other.Sum, other.Squares);
        Positive.Add(other.Positive);
        Negative.Add(other.Negative);
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

    public void Clear()
    {
        Array.Clear(_limbs);
        (Count, Max, Min, _pending) = (0, float.NegativeInfinity, float.PositiveInfinity, 0);
        Positive.Clear();
        Negative.Clear();
    }

    /// <summary>Counts some values and adds them to sums and histograms; examples are not looked for.</summary>
    /// <returns>The largest and the smallest of them.</returns>
    [SkipLocalsInit]
    private (float Max, float Min) AddFew(ReadOnlySpan<PendingValue> waiting, LogHistogram histogram)
    {
        Span<float> room = stackalloc float[ExactSum.MaxValues];
        Span<int> bins = stackalloc int[ExactSum.MaxValues];
        var values = room[..waiting.Length];
        for (var i = 0; i < waiting.Length; i++)
        {
            values[i] = waiting[i].Value;
        }

        var (max, min) = (TensorPrimitives.Max<float>(values), TensorPrimitives.Min<float>(values));
        Count += waiting.Length;
        BeforeAddition(waiting.Length);
        ExactSum.Add(Sum, Squares, values, MathF.Max(max, -min));
        histogram.FindBins(values, bins);
        if (max > 0)
        {
            Positive.Count(values, bins);
        }

        if (min < 0)
        {
            Negative.Count(values, bins);
        }

        return (max, min);
    }

    private void BeforeAddition(int additions = 1)
    {
        if (_pending > ExactSum.MaxPending - additions)
        {
            Normalise();
        }

        _pending += additions;
    }
}

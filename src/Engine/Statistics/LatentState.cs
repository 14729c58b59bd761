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
    private WindowedSum _negatives;
    private WindowedSum _cubes;
    private WindowedSum _fourths;
    private WindowedSum _errorNorms;
    private int _pending;

    public long Count { get; private set; }

    public float Max { get; private set; } = float.NegativeInfinity;

    public float Min { get; private set; } = float.PositiveInfinity;

    /// <summary>Values above zero.</summary>
    public SignedState Positive { get; } = new(options, negative: false);

    /// <summary>Values below zero.</summary>
    public SignedState Negative { get; } = new(options, negative: true);

    /// <summary>Random samples.</summary>
    public DrawnExamples Drawn { get; } = new(options);

    /// <summary>Σ |value| of those below zero, canonical after <see cref="Normalise"/>.</summary>
    public ref WindowedSum Negatives => ref _negatives;

    /// <summary>Σ value³, likewise.</summary>
    public ref WindowedSum Cubes => ref _cubes;

    /// <summary>Σ value⁴, likewise.</summary>
    public ref WindowedSum Fourths => ref _fourths;

    /// <summary>Σ of the norms of the autoencoder's error at the values' tokens, likewise; 0 where they are not known.</summary>
    public ref WindowedSum ErrorNorms => ref _errorNorms;

    /// <summary>Σ value, canonical after <see cref="Normalise"/>.</summary>
    public Span<long> Sum => _limbs.AsSpan(0, SumLimbs);

    /// <summary>Σ value², canonical after <see cref="Normalise"/>.</summary>
    public Span<long> Squares => _limbs.AsSpan(SumLimbs);

    /// <summary>Adds a value, which is finite and not zero.</summary>
    /// <param name="value">The value.</param>
    /// <param name="place">Its token.</param>
    /// <param name="key">The token's key in draws.</param>
    /// <param name="histogram">Has the bins.</param>
    public void Add(float value, in TokenPlace place, uint key, LogHistogram histogram)
    {
        Count++;
        Max = MathF.Max(Max, value);
        Min = MathF.Min(Min, value);
        BeforeAddition();
        ExactSum.Add(Sum, value);
        ExactSum.AddSquare(Squares, value);
        ExactPowers.Add(new ReadOnlySpan<float>(in value), MathF.Abs(value), ref _negatives, ref _cubes, ref _fourths);
        (value > 0 ? Positive : Negative).Add(value, place, histogram);
        Drawn.Prepare(negative: value < 0);
        var example = new DrawnExample(key, value, place);
        Drawn.Offer(example);
        Drawn.Offer(histogram.SignedBin(value), example);
    }

    /// <summary>Adds values, which are finite and not zero: what adding them one by one gives, in less time.</summary>
    /// <param name="values">The values.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="histogram">Has the bins.</param>
    public void Add(ReadOnlySpan<PendingValue> values, in TokenColumns tokens, LogHistogram histogram)
    {
        var (max, min) = (float.NegativeInfinity, float.PositiveInfinity);
        var buffer = tokens.Buffer;
        var bins = buffer.Bins(values.Length);
        for (var first = 0; first < values.Length; first += ExactSum.MaxValues)
        {
            var count = Math.Min(ExactSum.MaxValues, values.Length - first);
            var some = AddFew(values.Slice(first, count), bins.Slice(first, count), tokens.ErrorNorms, histogram);
            (max, min) = (MathF.Max(max, some.Max), MathF.Min(min, some.Min));
        }

        (Max, Min) = (MathF.Max(Max, max), MathF.Min(Min, min));
        if (max > 0)
        {
            Positive.Offer(values, tokens.Places, histogram);
        }

        if (min < 0)
        {
            Negative.Offer(values, tokens.Places, histogram);
        }

        if (!tokens.Keys.IsEmpty)
        {
            Drawn.Prepare(negative: min < 0);
            Drawn.Offer(values, bins, tokens, buffer);
        }
    }

    /// <summary>Adds what another has seen; <paramref name="other"/> is normalised.</summary>
    public void Add(LatentState other)
    {
        BeginAddition(other.Count, other.Max, other.Min);
        ExactSum.Add(Sum, other.Sum);
        ExactSum.Add(Squares, other.Squares);
        _negatives.Add(other._negatives);
        _cubes.Add(other._cubes);
        _fourths.Add(other._fourths);
        _errorNorms.Add(other._errorNorms);
        Positive.Add(other.Positive);
        Negative.Add(other.Negative);
        Drawn.Add(other.Drawn);
    }

    /// <summary>Adds count and extremes; normalised sums may be added to <see cref="Sum"/> and <see cref="Squares"/> next, once.</summary>
    public void BeginAddition(long count, float max, float min)
    {
        Count += count;
        Max = MathF.Max(Max, max);
        Min = MathF.Min(Min, min);
        BeforeAddition();
    }

    public void Normalise()
    {
        ExactSum.Normalise(Sum);
        ExactSum.Normalise(Squares);
        _negatives.Normalise();
        _cubes.Normalise();
        _fourths.Normalise();
        _errorNorms.Normalise();
        _pending = 0;
    }

    public void Clear()
    {
        Array.Clear(_limbs);
        (Count, Max, Min, _pending) = (0, float.NegativeInfinity, float.PositiveInfinity, 0);
        _negatives.Clear();
        _cubes.Clear();
        _fourths.Clear();
        _errorNorms.Clear();
        Positive.Clear();
        Negative.Clear();
        Drawn.Clear();
    }

    /// <summary>Counts some values and adds them to sums and histograms; examples are not looked for.</summary>
    /// <returns>The largest and the smallest of them.</returns>
    [SkipLocalsInit]
    private (float Max, float Min) AddFew(
        ReadOnlySpan<PendingValue> waiting, Span<int> bins, ReadOnlySpan<double> errorNorms, LogHistogram histogram)
    {
        Span<float> room = stackalloc float[ExactSum.MaxValues];
        var values = room[..waiting.Length];
        for (var i = 0; i < waiting.Length; i++)
        {
            values[i] = waiting[i].Value;
        }

        var (max, min) = (TensorPrimitives.Max<float>(values), TensorPrimitives.Min<float>(values));
        Count += waiting.Length;
        BeforeAddition(waiting.Length);
        var largest = MathF.Max(max, -min);
        ExactSum.Add(Sum, Squares, values, largest);
        ExactPowers.Add(values, largest, ref _negatives, ref _cubes, ref _fourths);
        histogram.FindBins(values, bins);
        if (max > 0)
        {
            Positive.Count(values, bins);
        }

        if (min < 0)
        {
            Negative.Count(values, bins);
        }

        if (!errorNorms.IsEmpty)
        {
            AddErrorNorms(waiting, errorNorms);
        }

        return (max, min);
    }

    private void AddErrorNorms(ReadOnlySpan<PendingValue> waiting, ReadOnlySpan<double> norms)
    {
        Span<double> some = stackalloc double[ExactSum.MaxValues];
        for (var i = 0; i < waiting.Length; i++)
        {
            some[i] = norms[waiting[i].Token];
        }

        ExactPowers.Add(some[..waiting.Length], ref _errorNorms);
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

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Statistics.Pending;

namespace AeServerless.Engine.Statistics;

/// <summary>What is kept of a latent's values of one sign.</summary>
/// <param name="options">What to keep.</param>
/// <param name="negative">Which sign.</param>
internal sealed class SignedState(StatisticsOptions options, bool negative)
{
    private const ulong SignBit = 1UL << 63;

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

    /// <summary>Counts those of some values that have this sign.</summary>
    /// <param name="values">The values.</param>
    /// <param name="bins">Their bins. [values]</param>
    public void Count(ReadOnlySpan<float> values, ReadOnlySpan<int> bins)
    {
        var counts = FillableBins();
        for (var i = 0; i < values.Length; i++)
        {
            // Branch-free, as the signs of values are unpredictable: adds 0 for the other sign.
            counts[bins[i]] += values[i] < 0 == negative ? 1 : 0;
        }
    }

    /// <summary>Keeps the strongest of some values that have this sign and are counted already.</summary>
    /// <param name="values">The values.</param>
    /// <param name="places">The places of the tokens.</param>
    /// <param name="histogram">Has the bins.</param>
    [SkipLocalsInit]
    public void Offer(ReadOnlySpan<PendingValue> values, ReadOnlySpan<TokenPlace> places, LogHistogram histogram)
    {
        Span<ulong> keys = stackalloc ulong[TopValueSelector.MaxValues];
        var threshold = Examples.Threshold;
        if (values.Length > keys.Length)
        {
            // Of many values the histogram leaves few that have to be compared.
            threshold = MathF.Max(threshold, histogram.LowerEdge(WeakestBin()));
        }

        var taken = 0;
        for (var first = 0; first < values.Length; first += Vector512<ulong>.Count)
        {
            for (var strong = Strong(values[first..], threshold); strong != 0; strong &= strong - 1)
            {
                keys[taken++] = TopValueSelector.Key(values[first + BitOperations.TrailingZeroCount(strong)]);
            }

            if (taken > keys.Length - Vector512<ulong>.Count)
            {
                Keep(keys, taken, places);
                (taken, threshold) = (0, MathF.Max(threshold, Examples.Threshold));
            }
        }

        if (taken > 0)
        {
            Keep(keys, taken, places);
        }
    }

    public void Add(SignedState other)
    {
        for (var bin = 0; bin < other.Bins.Length; bin++)
        {
            Count(bin, other.Bins[bin]);
        }

        Examples.Merge(other.Examples.All);
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

    /// <summary>The bin of the weakest value that can be among the examples: above it are fewer than they are.</summary>
    private int WeakestBin()
    {
        var bin = _bins.Length - 1;
        for (var stronger = _bins[bin]; bin > 0 && stronger < options.TopExamples; stronger += _bins[bin])
        {
            bin--;
        }

        return bin;
    }

    /// <summary>Which of the first values, as many as a vector has, are of this sign and no weaker than a threshold, as bits.</summary>
    private ulong Strong(ReadOnlySpan<PendingValue> values, float threshold)
    {
        var bits = MemoryMarshal.Cast<PendingValue, ulong>(values);
        var lowest = (ulong)BitConverter.SingleToUInt32Bits(threshold) << PendingValue.ValueShift;
        var floor = lowest | (negative ? SignBit : 0);
        if (Vector512.IsHardwareAccelerated && bits.Length >= Vector512<ulong>.Count)
        {
            var above = Vector512.Create(bits) - Vector512.Create(floor);
            return Vector512.LessThan(above, Vector512.Create(SignBit - lowest)).ExtractMostSignificantBits();
        }

        var strong = 0UL;
        for (var i = 0; i < Math.Min(bits.Length, Vector512<ulong>.Count); i++)
        {
            strong |= bits[i] - floor < SignBit - lowest ? 1UL << i : 0;
        }

        return strong;
    }

    [SkipLocalsInit]
    private void Keep(Span<ulong> keys, int count, ReadOnlySpan<TokenPlace> places)
    {
        Span<ulong> ordered = stackalloc ulong[TopValueSelector.MaxValues];
        Span<TopExample> examples = stackalloc TopExample[TopValueSelector.MaxValues];
        TopValueSelector.Order(keys, count, ordered);
        var kept = 0;
        for (; kept < count && (kept < options.TopExamples || TopValueSelector.AreEqual(ordered[kept], ordered[kept - 1])); kept++)
        {
            var strong = TopValueSelector.Value(ordered[kept]);
            examples[kept] = new TopExample(negative ? -strong.Value : strong.Value, places[strong.Token]);

            // Equal values are in the order of their tokens, which is the dataset's order where it was read from first to last.
            for (var at = kept; at > 0 && examples[at].Precedes(examples[at - 1]); at--)
            {
                (examples[at], examples[at - 1]) = (examples[at - 1], examples[at]);
            }
        }

        Examples.Merge(examples[..kept]);
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

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Statistics.Pending;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Random samples of a latent's values: of all of them, and of those of each bin of its histogram, of which samples of bands are made. Each
/// keeps the values of the lowest keys, so that it is the same however values come.
/// </summary>
/// <param name="options">How many to keep.</param>
internal sealed class DrawnExamples(StatisticsOptions options)
{
    private const int KeyShift = 32;

    private readonly DrawnExample[] _all = new DrawnExample[options.RandomExamples];
    private DrawnExample[] _ofBins = [];

    // Of each bin of positive values, then of each of negative ones: the highest key that is still taken, where its list is, and how long.
    private uint[] _limits = [];
    private ushort[] _lists = [];
    private byte[] _counts = [];
    private int _count;
    private int _used;

    /// <summary>The sample of all values, by key.</summary>
    public ReadOnlySpan<DrawnExample> All => _all.AsSpan(0, _count);

    /// <summary>Bins of both signs that can have a sample.</summary>
    public int Bins => _limits.Length;

    /// <summary>The sample of a bin, by key. Bins of negative values follow those of positive ones.</summary>
    public ReadOnlySpan<DrawnExample> OfBin(int bin) => bin < _counts.Length && _counts[bin] > 0 ? List(bin)[.._counts[bin]] : [];

    /// <summary>Makes room for the bins of values, of negative ones too where there are any.</summary>
    public void Prepare(bool negative)
    {
        var bins = options.QuantileExamples == 0 ? 0 : options.HistogramBins * (negative ? 2 : 1);
        if (_limits.Length < bins)
        {
            var before = _limits.Length;
            Array.Resize(ref _limits, bins);
            Array.Resize(ref _lists, bins);
            Array.Resize(ref _counts, bins);
            _limits.AsSpan(before).Fill(uint.MaxValue);
        }
    }

    /// <summary>Offers a value to the sample of all.</summary>
    public void Offer(in DrawnExample example) => _count = DrawnExample.Keep(_all, _count, example);

    /// <summary>Offers a value to the sample of its bin, which there is room for, see <see cref="Prepare"/>.</summary>
    /// <param name="bin">Its bin; those of negative values follow those of positive ones.</param>
    /// <param name="example">The value.</param>
    public void Offer(int bin, in DrawnExample example)
    {
        if (options.QuantileExamples == 0 || example.Key > _limits[bin])
        {
            return;
        }

        if (_counts[bin] == 0)
        {
            _lists[bin] = (ushort)_used++;
            if (_ofBins.Length < _used * options.QuantileExamples)
            {
                Array.Resize(ref _ofBins, Math.Max(_used, Math.Min(2 * _lists.Length, 3 * _used / 2)) * options.QuantileExamples);
            }
        }

        var list = List(bin);
        _counts[bin] = (byte)DrawnExample.Keep(list, _counts[bin], example);
        _limits[bin] = _counts[bin] == list.Length ? list[^1].Key : uint.MaxValue;
    }

    /// <summary>Offers values, which there is room for, in less time than one by one.</summary>
    /// <param name="values">The values, in the order of their tokens.</param>
    /// <param name="bins">Their bins. [values]</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="buffer">Working memory.</param>
    public void Offer(ReadOnlySpan<PendingValue> values, ReadOnlySpan<int> bins, in TokenColumns tokens, DrawBuffer buffer)
    {
        if (options.QuantileExamples > 0)
        {
            OfferToBins(values, bins, tokens, buffer);
        }

        if (_all.Length > 0)
        {
            // Of many values a few more than are needed are looked at; nearly always they are enough.
            var enough = ((_all.Length + (4 * Math.Sqrt(_all.Length))) / values.Length) * uint.MaxValue;
            var limit = (uint)Math.Min(enough, Limit);
            OfferToAll(values, tokens, above: -1, limit);
            if (limit < Limit)
            {
                OfferToAll(values, tokens, limit, Limit);
            }
        }
    }

    /// <summary>Adds the samples of another.</summary>
    public void Add(DrawnExamples other)
    {
        foreach (ref readonly var example in other.All)
        {
            Offer(example);
        }

        Prepare(negative: other.Bins > options.HistogramBins);
        for (var bin = 0; bin < other.Bins; bin++)
        {
            foreach (ref readonly var example in other.OfBin(bin))
            {
                Offer(bin, example);
            }
        }
    }

    /// <summary>Forgets all, and keeps the memory.</summary>
    public void Clear()
    {
        _count = 0;
        if (_used > 0)
        {
            _limits.AsSpan().Fill(uint.MaxValue);
            Array.Clear(_counts);
            _used = 0;
        }
    }

    /// <summary>The highest key that is still taken into the sample of all values.</summary>
    private uint Limit => _count < _all.Length ? uint.MaxValue : _all[_count - 1].Key;

    private void OfferToBins(ReadOnlySpan<PendingValue> values, ReadOnlySpan<int> bins, in TokenColumns tokens, DrawBuffer buffer)
    {
        // A list is a vector, or several.
        var lanes = Vector256<ulong>.Count;
        var room = (options.QuantileExamples + lanes - 1) / lanes * lanes;
        var lists = buffer.Lists(_limits.Length * room);
        for (var i = 0; i < values.Length; i++)
        {
            var bin = bins[i] + (values[i].Value < 0 ? options.HistogramBins : 0);
            Keep(lists.Slice(bin * room, room), ((ulong)tokens.Keys[values[i].Token] << KeyShift) | (uint)i);
        }

        for (var bin = 0; bin < _limits.Length; bin++)
        {
            foreach (var kept in lists.Slice(bin * room, options.QuantileExamples))
            {
                if (kept == ulong.MaxValue)
                {
                    break;
                }

                Offer(bin, Example((int)(uint)kept, values, tokens));
            }
        }
    }

    /// <summary>Puts a number into its place of an ascending list, whose highest falls out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(Span<ulong> list, ulong moving)
    {
        // Branch-free, as nobody knows which are low: each place takes the lower of what it has and of the higher of the number and the
        // place before.
        for (var first = 0; first < list.Length; first += Vector256<ulong>.Count)
        {
            var part = list[first..];
            var own = Vector256.Create<ulong>(part);
            var before = Vector256.Shuffle(own, Vector256.Create(4UL, 0, 1, 2));
            var next = own[Vector256<ulong>.Count - 1];
            Vector256.Min(own, Vector256.Max(before, Vector256.Create(moving))).CopyTo(part);
            moving = Math.Max(moving, next);
        }
    }

    /// <summary>Offers those whose keys are above a bound and not above another.</summary>
    [SkipLocalsInit]
    private void OfferToAll(ReadOnlySpan<PendingValue> values, in TokenColumns tokens, long above, uint limit)
    {
        Span<ulong> taken = stackalloc ulong[TopValueSelector.MaxValues];
        var count = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var key = tokens.Keys[values[i].Token];
            taken[count] = ((ulong)key << KeyShift) | (uint)i;
            count += key > above && key <= limit ? 1 : 0;
            if (count == taken.Length - Vector512<ulong>.Count)
            {
                OfferToAll(taken, count, values, tokens);
                (count, limit) = (0, Math.Min(limit, Limit));
            }
        }

        OfferToAll(taken, count, values, tokens);
    }

    [SkipLocalsInit]
    private void OfferToAll(Span<ulong> taken, int count, ReadOnlySpan<PendingValue> values, in TokenColumns tokens)
    {
        Span<ulong> ordered = stackalloc ulong[TopValueSelector.MaxValues];
        TopValueSelector.Order(taken, count, ordered);
        for (var i = 0; i < count && (uint)(ordered[i] >> KeyShift) <= Limit; i++)
        {
            Offer(Example((int)(uint)ordered[i], values, tokens));
        }
    }

    private static DrawnExample Example(int index, ReadOnlySpan<PendingValue> values, in TokenColumns tokens)
    {
        var token = values[index].Token;
        return new DrawnExample(tokens.Keys[token], values[index].Value, tokens[token]);
    }

    private Span<DrawnExample> List(int bin) => _ofBins.AsSpan(_lists[bin] * options.QuantileExamples, options.QuantileExamples);
}

using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Results.Views;

/// <summary>
/// Counts pairs in bounded memory. Where they do not all fit, the half of fewer counts goes, and what was subtracted from all is
/// remembered: a pair that was met more often than that is certainly there. Counted a second time, what is there is exact.
/// </summary>
/// <param name="capacity">The most pairs that are kept.</param>
internal sealed class PairCounter(int capacity)
{
    private const ulong Empty = ulong.MaxValue;

    private readonly ulong[] _pairs = NewTable(2 * capacity);
    private readonly uint[] _counts = new uint[2 * capacity];
    private int _used;
    private bool _only;

    /// <summary>Pairs that were met more often are there.</summary>
    public long Missed { get; private set; }

    /// <summary>Counts a pair.</summary>
    public void Add(ulong pair)
    {
        var slot = SlotOf(pair);
        if (_pairs[slot] == pair)
        {
            _counts[slot]++;
        }
        else if (!_only)
        {
            if (_used == capacity)
            {
                Purge();
                slot = SlotOf(pair);
            }

            (_pairs[slot], _counts[slot]) = (pair, 1);
            _used++;
        }
    }

    /// <summary>From now on counts only what is there, from 0.</summary>
    public void CountAgain()
    {
        _only = true;
        Array.Clear(_counts);
    }

    /// <summary>The pairs that are there, in no order, and how often each was counted.</summary>
    public IEnumerable<(ulong Pair, uint Count)> All()
    {
        for (var slot = 0; slot < _pairs.Length; slot++)
        {
            if (_pairs[slot] != Empty)
            {
                yield return (_pairs[slot], _counts[slot]);
            }
        }
    }

    private static ulong[] NewTable(int length)
    {
        var table = new ulong[length];
        Array.Fill(table, Empty);
        return table;
    }

    private int SlotOf(ulong pair)
    {
        var slot = (int)(HashMix.Mix(pair) % (ulong)_pairs.Length);
        while (_pairs[slot] != pair && _pairs[slot] != Empty)
        {
            slot = slot + 1 == _pairs.Length ? 0 : slot + 1;
        }

        return slot;
    }

    private void Purge()
    {
        var kept = All().ToArray();
        uint[] counts = [.. kept.Select(one => one.Count)];
        Array.Sort(counts);
        var median = counts[counts.Length / 2];
        Array.Fill(_pairs, Empty);
        Array.Clear(_counts);
        (_used, Missed) = (0, Missed + median);
        foreach (var (pair, count) in kept)
        {
            if (count > median)
            {
                var slot = SlotOf(pair);
                (_pairs[slot], _counts[slot]) = (pair, count - median);
                _used++;
            }
        }
    }
}

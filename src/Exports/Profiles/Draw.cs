namespace AeServerless.Exports.Profiles;

/// <summary>Random choices that are the same whenever they are made: by a hash of what is chosen, not by a generator's state.</summary>
internal static class Draw
{
    /// <summary>At most <paramref name="count"/> of the items, in their order.</summary>
    public static IReadOnlyList<T> Some<T>(IEnumerable<T> items, int count, long salt, Func<T, long> key)
    {
        var chosen = new PriorityQueue<(T Item, long Place), ulong>(Comparer<ulong>.Create((left, right) => right.CompareTo(left)));
        var place = 0L;
        foreach (var item in items)
        {
            chosen.Enqueue((item, place++), Mix((ulong)key(item) ^ (Mix((ulong)salt) | 1)));
            if (chosen.Count > count)
            {
                chosen.Dequeue();
            }
        }

        return [.. chosen.UnorderedItems.OrderBy(item => item.Element.Place).Select(item => item.Element.Item)];
    }

    /// <summary>At most <paramref name="count"/> different numbers below <paramref name="end"/>.</summary>
    public static IReadOnlyList<long> Numbers(long end, int count, long salt)
    {
        if (end <= count)
        {
            return [.. Enumerable.Range(0, (int)end).Select(number => (long)number)];
        }

        var numbers = new HashSet<long>();
        for (var i = 0UL; numbers.Count < count; i++)
        {
            numbers.Add((long)(Mix(Mix((ulong)salt) + i) % (ulong)end));
        }

        return [.. numbers];
    }

    // The finisher of SplitMix64.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

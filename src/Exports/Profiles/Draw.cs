using AeServerless.Engine.Numerics;

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
            chosen.Enqueue((item, place++), HashMix.Mix((ulong)key(item) ^ (HashMix.Mix((ulong)salt) | 1)));
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
            numbers.Add((long)(HashMix.Mix(HashMix.Mix((ulong)salt) + i) % (ulong)end));
        }

        return [.. numbers];
    }
}

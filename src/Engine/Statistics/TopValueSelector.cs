using System.Numerics;
using System.Runtime.Intrinsics;
using AeServerless.Engine.Statistics.Pending;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Orders a few values by magnitude: the strongest first, equal ones by token. Each is compared with all others, a vector of them at a
/// time. For so few that is faster than a sort, whose every comparison is an unpredictable branch.
/// </summary>
internal static class TopValueSelector
{
    /// <summary>The most values that are ordered at once.</summary>
    public const int MaxValues = 64;

    private const ulong Magnitude = (ulong)int.MaxValue << PendingValue.ValueShift;
    private const ulong Token = uint.MaxValue;

    /// <summary>
    /// What is ordered in a value's place: lower where its magnitude is higher, and for equal magnitudes where its token is lower.
    /// </summary>
    public static ulong Key(PendingValue value) => (~value.Bits & Magnitude) | (value.Bits & Token);

    /// <summary>The magnitude and the token that are in a key.</summary>
    public static PendingValue Value(ulong key) => new((~key & Magnitude) | (key & Token));

    /// <summary>Whether two keys are of equal magnitudes.</summary>
    public static bool AreEqual(ulong key, ulong other) => (key ^ other) <= Token;

    /// <summary>Orders keys, no two of which are the same.</summary>
    /// <param name="keys">The keys, and room for a vector more after them. [<see cref="MaxValues"/>]</param>
    /// <param name="count">Number of keys.</param>
    /// <param name="ordered">Receives them in order. [count]</param>
    public static void Order(Span<ulong> keys, int count, Span<ulong> ordered)
    {
        // Pad the last vector with the largest key, which precedes none.
        var lanes = Vector512<ulong>.Count;
        var vectors = (count + lanes - 1) / lanes;
        keys[count..(vectors * lanes)].Fill(ulong.MaxValue);
        foreach (var key in keys[..count])
        {
            var (own, before) = (Vector512.Create(key), 0);
            for (var vector = 0; vector < vectors; vector++)
            {
                var others = Vector512.Create<ulong>(keys.Slice(vector * lanes, lanes));
                before += BitOperations.PopCount(Vector512.LessThan(others, own).ExtractMostSignificantBits());
            }

            ordered[before] = key;
        }
    }
}

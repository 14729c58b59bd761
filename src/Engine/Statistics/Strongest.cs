using System.Numerics;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Orders a few values by magnitude: the strongest first, equal ones as they came. Each is compared with all others, a vector of them at a time. For
/// so few that takes less than a sort, whose every comparison the processor has to guess.
/// </summary>
internal static class Strongest
{
    /// <summary>The most values that are ordered at once.</summary>
    public const int MostValues = 64;

    /// <summary>What is ordered in a value's place: lower where its magnitude is higher, and for equal magnitudes where its index is lower.</summary>
    public static ulong Key(float value, int index) => ((ulong)~(BitConverter.SingleToUInt32Bits(value) & int.MaxValue) << 32) | (uint)index;

    /// <summary>The index that is in a key.</summary>
    public static int Index(ulong key) => (int)(uint)key;

    /// <summary>Orders values.</summary>
    /// <param name="keys">Their keys, and room for a vector more behind them. [<see cref="MostValues"/>]</param>
    /// <param name="count">How many there are.</param>
    /// <param name="order">Receives the values' indices. [count]</param>
    public static void Order(Span<ulong> keys, int count, Span<int> order)
    {
        // What fills the last vector comes before nothing.
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

            order[before] = Index(key);
        }
    }
}

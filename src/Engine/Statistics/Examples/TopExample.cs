namespace AeServerless.Engine.Statistics.Examples;

/// <summary>A value and its token.</summary>
/// <param name="Value">The value.</param>
/// <param name="Place">The token.</param>
public readonly record struct TopExample(float Value, TokenPlace Place)
{
    /// <summary>Strongest first; equal ones in the order of the dataset: magnitude descending, sequence ascending, position ascending.</summary>
    public static Comparer<TopExample> ByMagnitude { get; } =
        Comparer<TopExample>.Create((left, right) => left.Precedes(right) ? -1 : right.Precedes(left) ? 1 : 0);

    /// <summary>Whether it comes before <paramref name="other"/> in the order of <see cref="ByMagnitude"/>.</summary>
    internal bool Precedes(in TopExample other)
    {
        var (own, others) = (MathF.Abs(Value), MathF.Abs(other.Value));
        return own > others
            || (own == others && (Place.Sequence < other.Place.Sequence || (Place.Sequence == other.Place.Sequence && Place.Position < other.Place.Position)));
    }
}

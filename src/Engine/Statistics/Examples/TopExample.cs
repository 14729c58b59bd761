namespace AeServerless.Engine.Statistics.Examples;

/// <summary>A value and its token.</summary>
/// <param name="Value">The value.</param>
/// <param name="Place">The token.</param>
public readonly record struct TopExample(float Value, TokenPlace Place)
{
    /// <summary>
    /// Whether it comes before <paramref name="other"/>: the larger magnitude first, equal ones in the order of the dataset (sequence, then
    /// position).
    /// </summary>
    internal bool Precedes(in TopExample other)
    {
        var (own, others) = (MathF.Abs(Value), MathF.Abs(other.Value));
        return own > others
            || (own == others && (Place.Sequence < other.Place.Sequence || (
                Place.Sequence == other.Place.Sequence && Place.Position < other.Place.Position)));
    }
}

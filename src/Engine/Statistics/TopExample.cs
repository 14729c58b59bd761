namespace AeServerless.Engine.Statistics;

/// <summary>A value and the token at which it stands.</summary>
/// <param name="Value">The value.</param>
/// <param name="Place">The token.</param>
public readonly record struct TopExample(float Value, TokenPlace Place)
{
    /// <summary>Strongest first; equal ones in the order of the dataset: magnitude descending, sequence ascending, position ascending.</summary>
    public static Comparer<TopExample> ByMagnitude { get; } = Comparer<TopExample>.Create((left, right) =>
    {
        var order = MathF.Abs(right.Value).CompareTo(MathF.Abs(left.Value));
        order = order != 0 ? order : left.Place.Sequence.CompareTo(right.Place.Sequence);
        return order != 0 ? order : left.Place.Position.CompareTo(right.Place.Position);
    });
}

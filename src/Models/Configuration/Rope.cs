namespace AeServerless.Models.Configuration;

/// <summary>Rotary positions of a layer.</summary>
/// <param name="InverseFrequencies">Radians a position for each rotated pair, as float32 has them.</param>
public sealed record Rope(IReadOnlyList<float> InverseFrequencies)
{
    /// <summary>How many of a head's values are rotated: the first ones, value i together with value i + half of them.</summary>
    public int RotatedWidth => 2 * InverseFrequencies.Count;
}

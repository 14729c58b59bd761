namespace AeServerless.Exports.Profiles;

/// <summary>The strongest token of a sequence.</summary>
/// <param name="Sequence">The sequence.</param>
/// <param name="Row">The token's row.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct SequencePeak(int Sequence, long Row, float Value);

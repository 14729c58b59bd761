namespace AeServerless.Models.Configuration;

/// <summary>What differs between the layers of a model.</summary>
/// <param name="Rope">Rotary positions; null where positions are learned.</param>
/// <param name="Window">A query sees its own key and this many less one before it; all keys before it where null.</param>
/// <param name="ScoreScale">What products of queries and keys are multiplied by.</param>
public sealed record LayerArchitecture(Rope? Rope, int? Window, double ScoreScale);

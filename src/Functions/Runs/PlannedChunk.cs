namespace AeServerless.Functions.Runs;

/// <summary>A chunk of a plan.</summary>
/// <param name="Key">The key of its result.</param>
/// <param name="Range">Its rows.</param>
public sealed record PlannedChunk(string Key, PlannedRange Range);

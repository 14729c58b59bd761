namespace AeServerless.Functions.Finishing;

/// <summary>The latest run of a recipe over a dataset.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Previous">The one before it.</param>
public sealed record LatestRun(string RunId, string? Previous);

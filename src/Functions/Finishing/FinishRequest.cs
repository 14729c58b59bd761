using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Finishing;

/// <summary>What the last activity of a run has to be told.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StartedAt">When its orchestration began, UTC.</param>
/// <param name="ComputedAt">When its last chunk was done, UTC.</param>
/// <param name="MergedAt">When its results were merged, UTC.</param>
/// <param name="Totals">What its groups did.</param>
public sealed record FinishRequest(string RunId, DateTime StartedAt, DateTime ComputedAt, DateTime MergedAt, ChunkTotals Totals);

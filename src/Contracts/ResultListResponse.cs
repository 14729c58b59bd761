namespace AeServerless.Contracts;

/// <summary>The files of a run's results, by name: the answer of GET /api/runs/{runId}/results.</summary>
public sealed record ResultListResponse(IReadOnlyList<ResultListItem> Files);

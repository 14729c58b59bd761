namespace AeServerless.Contracts;

/// <summary>Runs, the newest first: the answer of GET /api/runs.</summary>
public sealed record RunListResponse(IReadOnlyList<RunDescription> Runs);

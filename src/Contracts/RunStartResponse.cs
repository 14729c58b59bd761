namespace AeServerless.Contracts;

/// <summary>The answer of POST /api/runs.</summary>
/// <param name="RunId">The run's id: the same request for the same inputs has the same one.</param>
/// <param name="Status">The status of its orchestration.</param>
/// <param name="Started">Whether this request started it; else it was running or done before.</param>
/// <param name="StatusUrls">Durable's own addresses of the run's orchestration.</param>
public sealed record RunStartResponse(string RunId, RunStatus Status, bool Started, OrchestrationUrls StatusUrls);

namespace AeServerless.Functions.Http;

/// <summary>The answer to a request for a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Status">Its status.</param>
/// <param name="Started">Whether the request started it; else it was there.</param>
/// <param name="StatusUrls">Durable's own addresses of the run's orchestration.</param>
public sealed record StartAnswer(string RunId, OrchestrationRuntimeStatus Status, bool Started, OrchestrationUrls StatusUrls);

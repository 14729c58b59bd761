namespace AeServerless.Functions.Runs;

/// <summary>The run that a request got.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Status">Its orchestration's status.</param>
/// <param name="Started">Whether the request started it; else it was there.</param>
public sealed record StartedRun(string RunId, OrchestrationRuntimeStatus Status, bool Started);

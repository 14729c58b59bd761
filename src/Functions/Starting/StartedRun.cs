using AeServerless.Contracts;

namespace AeServerless.Functions.Starting;

/// <summary>The run that a request got.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Status">Its status.</param>
/// <param name="Started">Whether the request started it; else it was running or done before.</param>
public sealed record StartedRun(string RunId, RunStatus Status, bool Started);

using AeServerless.Functions.Http;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Cleanup;

/// <summary>A cleanup, as the HTTP API describes it.</summary>
/// <param name="Status">The status of its orchestration.</param>
/// <param name="Report">What it removed, or would remove, where it is done.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="StatusUrls">Durable's own addresses, where it was just started.</param>
public sealed record CleanupAnswer(OrchestrationRuntimeStatus Status, CleanupReport? Report, Failure? Error, OrchestrationUrls? StatusUrls);

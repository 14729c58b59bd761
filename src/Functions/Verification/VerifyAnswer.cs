using AeServerless.Functions.Http;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Verification;

/// <summary>A verification, as the HTTP API describes it.</summary>
/// <param name="Status">The status of its orchestration.</param>
/// <param name="Report">What it has found.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="StatusUrls">Durable's own addresses, where it was just started.</param>
public sealed record VerifyAnswer(OrchestrationRuntimeStatus Status, VerifyReport? Report, Failure? Error, OrchestrationUrls? StatusUrls);

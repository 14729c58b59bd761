namespace AeServerless.Contracts;

/// <summary>Work that ends in a report: the answer about a verification or a cleanup.</summary>
/// <param name="Status">The status of its orchestration.</param>
/// <param name="Report">What it has found so far.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="StatusUrls">Durable's own addresses, where it was just started.</param>
public sealed record JobResponse<TReport>(RunStatus Status, TReport? Report, Failure? Error, OrchestrationUrls? StatusUrls)
    where TReport : class;

namespace AeServerless.Contracts;

/// <summary>
/// Durable's own addresses of an orchestration, without the system key that a Functions host writes into them: it opens every
/// orchestration. Whoever may use them sends that key as <c>x-functions-key</c>; to a local host, its key.
/// </summary>
public sealed record OrchestrationUrls(
    string? Id,
    string? StatusQueryGetUri,
    string? SendEventPostUri,
    string? TerminatePostUri,
    string? RewindPostUri,
    string? PurgeHistoryDeleteUri,
    string? RestartPostUri,
    string? SuspendPostUri,
    string? ResumePostUri);

namespace AeServerless.Functions.Cleanup;

/// <summary>How a cleanup is to be done: the input of its orchestration.</summary>
/// <param name="Apply">Whether to remove; else only to say what would be removed.</param>
/// <param name="RetentionDays">Days after which a run that a newer one of the same dataset and recipe has replaced is not kept; 0 keeps
/// every run.</param>
public sealed record CleanupOptions(bool Apply, int RetentionDays);

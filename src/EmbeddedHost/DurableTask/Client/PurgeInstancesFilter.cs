namespace AeServerless.EmbeddedHost.DurableTask.Client;

/// <summary>Which finished instances are purged. What is null does not filter.</summary>
/// <param name="CreatedFrom">Scheduled at or after this.</param>
/// <param name="CreatedTo">Scheduled at or before this.</param>
/// <param name="Statuses">In one of these states; those that are not final are ignored.</param>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null);

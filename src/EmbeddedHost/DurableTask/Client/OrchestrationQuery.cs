namespace AeServerless.EmbeddedHost.DurableTask.Client;

/// <summary>Which instances a query returns. What is null does not filter.</summary>
/// <param name="CreatedFrom">Scheduled at or after this.</param>
/// <param name="CreatedTo">Scheduled at or before this.</param>
/// <param name="Statuses">In one of these states.</param>
/// <param name="TaskHubNames">Of one of these hubs.</param>
/// <param name="InstanceIdPrefix">With an id that begins so.</param>
/// <param name="PageSize">Most instances a page.</param>
/// <param name="FetchInputsAndOutputs">Whether input, output and custom status are read too.</param>
/// <param name="ContinuationToken">Where to go on, from an earlier page.</param>
public record OrchestrationQuery(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null,
    IEnumerable<string>? TaskHubNames = null,
    string? InstanceIdPrefix = null,
    int PageSize = OrchestrationQuery.DefaultPageSize,
    bool FetchInputsAndOutputs = false,
    string? ContinuationToken = null)
{
    /// <summary>Instances a page unless told otherwise.</summary>
    public const int DefaultPageSize = 100;
}

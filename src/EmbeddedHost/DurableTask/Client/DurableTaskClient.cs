namespace AeServerless.EmbeddedHost.DurableTask.Client;

/// <summary>Starts, watches and steers orchestration instances.</summary>
/// <param name="name">The client's name: the task hub.</param>
public abstract class DurableTaskClient(string name)
{
    /// <summary>The client's name: the task hub.</summary>
    public string Name { get; } = name;

    /// <summary>Schedules an orchestration without input.</summary>
    /// <param name="orchestratorName">The orchestrator.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The instance id.</returns>
    public virtual Task<string> ScheduleNewOrchestrationInstanceAsync(TaskName orchestratorName, CancellationToken cancellation) =>
        ScheduleNewOrchestrationInstanceAsync(orchestratorName, null, null, cancellation);

    /// <summary>Schedules an orchestration.</summary>
    /// <param name="orchestratorName">The orchestrator.</param>
    /// <param name="input">Its input, sent as JSON.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The instance id.</returns>
    public virtual Task<string> ScheduleNewOrchestrationInstanceAsync(TaskName orchestratorName, object? input, CancellationToken cancellation) =>
        ScheduleNewOrchestrationInstanceAsync(orchestratorName, input, null, cancellation);

    /// <summary>Schedules an orchestration without input.</summary>
    /// <param name="orchestratorName">The orchestrator.</param>
    /// <param name="options">Instance id, start time, version, tags.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The instance id.</returns>
    public virtual Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, StartOrchestrationOptions options, CancellationToken cancellation = default) =>
        ScheduleNewOrchestrationInstanceAsync(orchestratorName, null, options, cancellation);

    /// <summary>Schedules an orchestration. An instance of the same id that has finished is replaced.</summary>
    /// <param name="orchestratorName">The orchestrator.</param>
    /// <param name="input">Its input, sent as JSON.</param>
    /// <param name="options">Instance id, start time, version, tags.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The instance id.</returns>
    /// <exception cref="InvalidOperationException">An instance of that id is not finished.</exception>
    /// <exception cref="ArgumentException">The instance id is empty, too long, or has characters that ids can't have.</exception>
    public abstract Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Fetches an instance without inputs and outputs.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The instance; null if there is none.</returns>
    public virtual Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation) =>
        GetInstanceAsync(instanceId, false, cancellation);

    /// <summary>Fetches an instance.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="getInputsAndOutputs">Whether input, output and custom status are read too.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The instance; null if there is none.</returns>
    public abstract Task<OrchestrationMetadata?> GetInstanceAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default);

    /// <summary>Queries instances, ordered by id.</summary>
    /// <param name="filter">Which; null for all.</param>
    /// <returns>The instances, fetched as they are enumerated.</returns>
    public abstract AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null);

    /// <summary>Waits until an instance has begun.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The instance without inputs and outputs.</returns>
    public virtual Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, CancellationToken cancellation) =>
        WaitForInstanceStartAsync(instanceId, false, cancellation);

    /// <summary>Waits until an instance has begun.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="getInputsAndOutputs">Whether input, output and custom status are read too.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The instance.</returns>
    public abstract Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default);

    /// <summary>Waits until an instance has ended, well or not.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The instance without inputs and outputs.</returns>
    public virtual Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, CancellationToken cancellation) =>
        WaitForInstanceCompletionAsync(instanceId, false, cancellation);

    /// <summary>Waits until an instance has ended, well or not.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="getInputsAndOutputs">Whether input, output and custom status are read too.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The instance.</returns>
    public abstract Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default);

    /// <summary>Sends an event to an instance; ignored if it has ended or there is none.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="eventName">The event's name; case is ignored.</param>
    /// <param name="eventPayload">Its payload, sent as JSON.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>Done when the event is stored.</returns>
    public abstract Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default);

    /// <summary>Suspends an instance: what arrives for it is stored and waits.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>Done when that is stored.</returns>
    public abstract Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Resumes an instance.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>Done when that is stored.</returns>
    public abstract Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Terminates an instance. Activities that run are not interrupted; their results are dropped.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>Done when that is stored.</returns>
    public virtual Task TerminateInstanceAsync(string instanceId, CancellationToken cancellation) =>
        TerminateInstanceAsync(instanceId, (TerminateInstanceOptions?)null, cancellation);

    /// <summary>Terminates an instance. Activities that run are not interrupted; their results are dropped.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="output">The output that the instance shows, or <see cref="TerminateInstanceOptions"/>.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>Done when that is stored.</returns>
    public virtual Task TerminateInstanceAsync(string instanceId, object? output, CancellationToken cancellation = default) =>
        TerminateInstanceAsync(instanceId, output as TerminateInstanceOptions ?? new TerminateInstanceOptions(output), cancellation);

    /// <summary>Terminates an instance. Activities that run are not interrupted; their results are dropped.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="options">Its output, and whether sub-orchestrations are terminated too.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>Done when that is stored.</returns>
    public abstract Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Removes a finished instance and its history.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>How many were removed: 0 if there is none or it has not ended.</returns>
    public abstract Task<PurgeResult> PurgeInstanceAsync(string instanceId, CancellationToken cancellation = default);

    /// <summary>Removes finished instances and their history.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>How many were removed.</returns>
    public abstract Task<PurgeResult> PurgeAllInstancesAsync(PurgeInstancesFilter filter, CancellationToken cancellation = default);

    /// <summary>Starts a finished instance again with the same input.</summary>
    /// <param name="instanceId">Its id.</param>
    /// <param name="restartWithNewInstanceId">Whether it gets a new id rather than replacing the old instance.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The id of the new instance.</returns>
    /// <exception cref="ArgumentException">There is no such instance.</exception>
    /// <exception cref="InvalidOperationException">It is not finished, and the id is to be kept.</exception>
    public abstract Task<string> RestartAsync(string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default);
}

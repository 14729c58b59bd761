using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost.DurableTask;

/// <summary>
/// What an orchestrator may use. Its code is replayed from history: it must make the same calls in the same order each time, so it
/// takes time, ids and logging from here, does no I/O, and awaits only tasks that come from here.
/// </summary>
public abstract class TaskOrchestrationContext
{
    /// <summary>The orchestrator's name.</summary>
    public abstract TaskName Name { get; }

    /// <summary>The instance id.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The orchestration that called this one; null if none did.</summary>
    public abstract ParentOrchestrationInstance? Parent { get; }

    /// <summary>The time of the turn that runs, the same on replay (UTC).</summary>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <summary>Whether the code runs over what already happened.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>The version given at start; empty if none was.</summary>
    public virtual string Version => "";

    /// <summary>Where <see cref="CreateReplaySafeLogger(string)"/> takes its loggers from.</summary>
    protected abstract ILoggerFactory LoggerFactory { get; }

    /// <summary>The input of the orchestration.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <returns>The input; default if there is none.</returns>
    public abstract T? GetInput<T>();

    /// <summary>Calls an activity.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="input">Its input, sent as JSON.</param>
    /// <param name="options">How failures are retried.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="TaskFailedException">The activity failed for good. Thrown by the awaited task.</exception>
    public abstract Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null);

    /// <summary>Calls an activity without input.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="options">How failures are retried.</param>
    /// <returns>Its result.</returns>
    public virtual Task<TResult> CallActivityAsync<TResult>(TaskName name, TaskOptions options) => CallActivityAsync<TResult>(name, null, options);

    /// <summary>Calls an activity and drops its result.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="input">Its input, sent as JSON.</param>
    /// <param name="options">How failures are retried.</param>
    /// <returns>Done when the activity is.</returns>
    public virtual Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivityAsync<object>(name, input, options);

    /// <summary>Calls an activity without input and drops its result.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">How failures are retried.</param>
    /// <returns>Done when the activity is.</returns>
    public virtual Task CallActivityAsync(TaskName name, TaskOptions options) => CallActivityAsync(name, null, options);

    /// <summary>Starts another orchestration and waits for it.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <param name="orchestratorName">Its name.</param>
    /// <param name="input">Its input, sent as JSON.</param>
    /// <param name="options">Its instance id (as <see cref="SubOrchestrationOptions"/>) and how failures are retried.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="TaskFailedException">It failed for good or was terminated. Thrown by the awaited task.</exception>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    /// <summary>Starts another orchestration without input and waits for it.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <param name="orchestratorName">Its name.</param>
    /// <param name="options">Its instance id and how failures are retried.</param>
    /// <returns>Its result.</returns>
    public virtual Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync<TResult>(orchestratorName, null, options);

    /// <summary>Starts another orchestration, waits for it and drops its result.</summary>
    /// <param name="orchestratorName">Its name.</param>
    /// <param name="input">Its input, sent as JSON.</param>
    /// <param name="options">Its instance id and how failures are retried.</param>
    /// <returns>Done when the orchestration is.</returns>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallSubOrchestratorAsync<object>(orchestratorName, input, options);

    /// <summary>Starts another orchestration without input, waits for it and drops its result.</summary>
    /// <param name="orchestratorName">Its name.</param>
    /// <param name="options">Its instance id and how failures are retried.</param>
    /// <returns>Done when the orchestration is.</returns>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, TaskOptions options) => CallSubOrchestratorAsync(orchestratorName, null, options);

    /// <summary>A timer that outlives the process.</summary>
    /// <param name="delay">How long it takes, from <see cref="CurrentUtcDateTime"/>.</param>
    /// <param name="cancellationToken">Gives the timer up.</param>
    /// <returns>Done when the time has come.</returns>
    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken) => CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>A timer that outlives the process.</summary>
    /// <param name="fireAt">When it fires (UTC).</param>
    /// <param name="cancellationToken">Gives the timer up.</param>
    /// <returns>Done when the time has come.</returns>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>Waits for an event; one that came early counts. Names ignore case.</summary>
    /// <typeparam name="T">The type of its payload.</typeparam>
    /// <param name="eventName">Its name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Its payload.</returns>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    /// <summary>Waits for an event for a limited time.</summary>
    /// <typeparam name="T">The type of its payload.</typeparam>
    /// <param name="eventName">Its name.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Its payload.</returns>
    /// <exception cref="TaskCanceledException">The event did not come in time. Thrown by the awaited task.</exception>
    public virtual async Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout)
    {
        using var timer = new CancellationTokenSource();
        using var waiting = new CancellationTokenSource();
        var elapsed = CreateTimer(timeout, timer.Token);
        var raised = WaitForExternalEvent<T>(eventName, waiting.Token);

        // Not CancelAsync: its callbacks run on pool threads, and an orchestrator has one thread.
        if (await Task.WhenAny(elapsed, raised) == raised)
            timer.Cancel();
        else
            waiting.Cancel();
        return await raised;
    }

    /// <summary>Sets the custom status that queries show.</summary>
    /// <param name="customStatus">The status, kept as JSON; cut when it is longer than 16 KB.</param>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>Starts the orchestration over with new input and an empty history, once the orchestrator returns.</summary>
    /// <param name="newInput">The new input.</param>
    /// <param name="preserveUnprocessedEvents">Whether events that nobody waited for are kept.</param>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>An id that is the same on replay.</summary>
    /// <returns>The id.</returns>
    public abstract Guid NewGuid();

    /// <summary>A logger that is silent on replay.</summary>
    /// <param name="categoryName">Its category.</param>
    /// <returns>The logger.</returns>
    public virtual ILogger CreateReplaySafeLogger(string categoryName) => new ReplaySafeLogger(this, LoggerFactory.CreateLogger(categoryName));

    /// <summary>A logger that is silent on replay.</summary>
    /// <param name="type">Its category.</param>
    /// <returns>The logger.</returns>
    public virtual ILogger CreateReplaySafeLogger(Type type) => new ReplaySafeLogger(this, LoggerFactory.CreateLogger(type));

    /// <summary>A logger that is silent on replay.</summary>
    /// <typeparam name="T">Its category.</typeparam>
    /// <returns>The logger.</returns>
    public virtual ILogger CreateReplaySafeLogger<T>() => new ReplaySafeLogger(this, LoggerFactory.CreateLogger<T>());
}

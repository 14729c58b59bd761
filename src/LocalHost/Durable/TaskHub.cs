using AeServerless.LocalHost.Settings;
using AeServerless.LocalHost.Storage;
using DurableTask.AzureStorage;
using DurableTask.Core;
using DurableTask.Core.History;
using DurableTask.Core.Middleware;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Durable;

/// <summary>The engine behind Durable Functions in this process: DurableTask.Core on DurableTask.AzureStorage.</summary>
internal sealed class TaskHub : IDisposable
{
    private readonly AzureStorageOrchestrationService _service;
    private readonly TaskHubWorker _worker;
    private readonly ITaskSource _tasks;

    public TaskHub(StorageConnections connections, HostSettings settings, ITaskSource tasks, ILoggerFactory loggers)
    {
        _tasks = tasks;
        _service = new AzureStorageOrchestrationService(TaskHubSettings.Create(settings, connections.Get().Engine, loggers));
        Client = new LocalDurableTaskClient(_service, settings.HubName);

        var shims = new DurableTaskShimFactory(new DurableTaskWorkerOptions { EnableEntitySupport = false }, loggers);
        var logger = loggers.CreateLogger<TaskHub>();
        var orchestrations = new ObjectByName<TaskOrchestration>(name => new HostedOrchestration(
            shims, name, tasks.FindOrchestrator(name) ?? new MissingOrchestrator(name, tasks.Orchestrators), logger));
        var activities = new ObjectByName<TaskActivity>(
            name => tasks.FindActivity(name) is { } activity ? shims.CreateActivity(name, activity) : null);
        _worker = new TaskHubWorker(new RoleService(_service, settings.Role), orchestrations, activities, loggers)
        {
            ErrorPropagationMode = ErrorPropagationMode.UseFailureDetails,
        };
        _worker.AddOrchestrationDispatcherMiddleware(BindParent);
        _worker.AddActivityDispatcherMiddleware(FailWhatIsMissing);
    }

    /// <summary>Starts, asks for and ends orchestrations; works in every role, and before the start.</summary>
    public LocalDurableTaskClient Client { get; }

    /// <summary>Makes the hub's queues, tables and containers.</summary>
    public Task CreateAsync() => _service.CreateIfNotExistsAsync();

    /// <summary>Takes work.</summary>
    public Task StartAsync() => _worker.StartAsync();

    /// <summary>Takes no more work and waits for what is under way.</summary>
    // Forced: the engine's own wait is in whole seconds and ends after eight of them, whatever runs. The storage below waits in its place.
    public Task StopAsync() => _worker.StopAsync(isForced: true);

    public void Dispose()
    {
        _worker.Dispose();
        _service.Dispose();
    }

    private static Task BindParent(DispatchMiddlewareContext context, Func<Task> next)
    {
        if (context.GetProperty<TaskOrchestration>() is HostedOrchestration orchestration)
        {
            orchestration.Bind(context.GetProperty<OrchestrationRuntimeState>()?.ParentInstance);
        }

        return next();
    }

    // Without an answer the engine would try an activity that this host does not have again and again.
    private Task FailWhatIsMissing(DispatchMiddlewareContext context, Func<Task> next)
    {
        var scheduled = context.GetProperty<TaskScheduledEvent>();
        if (scheduled.Name is { } name && _tasks.FindActivity(name) is not null)
        {
            return next();
        }

        var message =
            $"This host has no activity function '{scheduled.Name}'. It has "
                + $"{string.Join(", ", _tasks.Activities.Order(StringComparer.Ordinal))}.";
        var details = new FailureDetails("ActivityNotFound", message, stackTrace: null, innerFailure: null, isNonRetriable: true);
        context.SetProperty(
            new ActivityExecutionResult { ResponseEvent = new TaskFailedEvent(-1, scheduled.EventId, message, details: null, details) });
        return Task.CompletedTask;
    }

    /// <summary>Gives the engine an object by name; what there is by name is the app's, so nothing is ever added.</summary>
    private sealed class ObjectByName<T>(Func<string, T?> find) : INameVersionObjectManager<T>
        where T : class
    {
        public void Add(ObjectCreator<T> creator) => throw new NotSupportedException("Functions are found in the app, not added.");

        public T? GetObject(string name, string? version) => find(name);
    }

    /// <summary>
    /// Stands in for an orchestrator that this host does not have: its instance fails with the name, and is not retried for ever.
    /// </summary>
    private sealed class MissingOrchestrator(string name, IEnumerable<string> known) : ITaskOrchestrator
    {
        public Type InputType => typeof(object);

        public Type OutputType => typeof(object);

        public Task<object?> RunAsync(TaskOrchestrationContext context, object? input) => throw new InvalidOperationException(
            $"This host has no orchestrator function '{name}'. It has {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
    }
}

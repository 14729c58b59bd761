using System.Diagnostics;
using AeServerless.LocalHost.Durable;
using AeServerless.LocalHost.Settings;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Functions;

/// <summary>The app's orchestrator and activity functions as the task hub runs them.</summary>
internal sealed class FunctionTasks : ITaskSource, IDisposable
{
    private readonly FunctionCatalog _catalog;
    private readonly FunctionRunner _runner;
    private readonly IServiceScopeFactory _scopes;
    private readonly ILogger<FunctionTasks> _logger;
    private readonly CancellationTokenSource _draining = new();
    private int _running;

    public FunctionTasks(FunctionCatalog catalog, FunctionRunner runner, IServiceScopeFactory scopes, ILogger<FunctionTasks> logger)
    {
        _catalog = catalog;
        _runner = runner;
        _scopes = scopes;
        _logger = logger;
        foreach (var function in catalog.OfKind(FunctionKind.Orchestrator).Concat(catalog.OfKind(FunctionKind.Activity)))
        {
            CheckBindable(function);
        }
    }

    /// <summary>Activities that run now.</summary>
    public int Running => Volatile.Read(ref _running);

    public IReadOnlyCollection<string> Orchestrators => [.. _catalog.OfKind(FunctionKind.Orchestrator).Select(function => function.Name)];

    public IReadOnlyCollection<string> Activities => [.. _catalog.OfKind(FunctionKind.Activity).Select(function => function.Name)];

    public ITaskOrchestrator? FindOrchestrator(string name) =>
        _catalog.Find(name, FunctionKind.Orchestrator) is { } function ? new Orchestrator(this, function) : null;

    public ITaskActivity? FindActivity(string name) =>
        _catalog.Find(name, FunctionKind.Activity) is { } function ? new Activity(this, function) : null;

    /// <summary>Asks the activities that run to end; those that do are handed back, and run again on whichever host is free.</summary>
    public Task HandBackAsync() => _draining.CancelAsync();

    public void Dispose() => _draining.Dispose();

    private static void CheckBindable(FunctionDescriptor function)
    {
        var inputs = function.Arguments.Count(parameter => !MethodCaller.BindsAlways(parameter) && parameter != function.TriggerParameter);
        var mostInputs = function.Kind == FunctionKind.Orchestrator ? 1 : 0;
        if (inputs > mostInputs)
        {
            throw new HostConfigurationException(
                $"Function '{function.Name}' has {inputs} parameters beside its trigger that can't be bound: an orchestrator takes its "
                    + "input, an activity " +
                "has it in the trigger's parameter, and both take FunctionContext and CancellationToken.");
        }
    }

    private static Type InputOf(FunctionDescriptor function) => function.Kind == FunctionKind.Activity
        ? function.TriggerParameter.ParameterType
        : function.Arguments.FirstOrDefault(
            parameter => parameter != function.TriggerParameter && !MethodCaller.BindsAlways(parameter))?.ParameterType
            ?? typeof(object);

    private sealed class Orchestrator(FunctionTasks tasks, FunctionDescriptor function) : ITaskOrchestrator
    {
        public Type InputType { get; } = InputOf(function);

        public Type OutputType => typeof(object);

        // Everything here runs on the engine's scheduler: nothing may leave its thread.
        public async Task<object?> RunAsync(TaskOrchestrationContext context, object? input)
        {
            await using var scope = tasks._scopes.CreateAsyncScope();
            var invocation = new FunctionInvocation(function, scope.ServiceProvider, http: null, CancellationToken.None);
            return await MethodCaller.CallAsync(
                function, invocation, parameter => parameter == function.TriggerParameter ? context : input);
        }
    }

    private sealed class Activity(FunctionTasks tasks, FunctionDescriptor function) : ITaskActivity
    {
        public Type InputType { get; } = InputOf(function);

        public Type OutputType => typeof(object);

        public async Task<object?> RunAsync(TaskActivityContext context, object? input)
        {
            Interlocked.Increment(ref tasks._running);
            try
            {
                var parent = System.Diagnostics.Activity.Current?.Context ?? default(ActivityContext);
                return await tasks._runner.RunAsync(function, _ => input, parent, http: null, tasks._draining.Token);
            }
            catch (Exception error) when (tasks._draining.IsCancellationRequested)
            {
                tasks._logger.ActivityHandedBack(function.Name, context.InstanceId);
                throw new SessionAbortedException($"The host stops: {function.Name} is handed back.", error);
            }
            catch (Exception error)
            {
                tasks._logger.ActivityFailed(error, function.Name, context.InstanceId);
                throw;
            }
            finally
            {
                Interlocked.Decrement(ref tasks._running);
            }
        }
    }
}

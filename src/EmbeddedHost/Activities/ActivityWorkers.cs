using System.Diagnostics;
using AeServerless.EmbeddedHost.DurableTask;
using AeServerless.EmbeddedHost.Functions;
using AeServerless.EmbeddedHost.Hosting;
using AeServerless.EmbeddedHost.Orchestrations;
using AeServerless.EmbeddedHost.Orchestrations.History;
using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost.Activities;

/// <summary>Runs activities, as many at once as settings allow.</summary>
internal sealed class ActivityWorkers(
    ActivityQueue queue, FunctionCatalog catalog, FunctionRunner runner, HostSettings settings, TimeProvider time, ILogger<ActivityWorkers> logger)
    : IDisposable
{
    private readonly CancellationTokenSource _taking = new();
    private readonly CancellationTokenSource _running = new();
    private Task _workers = Task.CompletedTask;

    public void Start() => _workers = Task.WhenAll(Enumerable.Range(0, settings.MaxActivities).Select(_ => Task.Run(WorkAsync)));

    /// <summary>Takes no more, and waits for what runs; what does not end in time is asked to, and handed back.</summary>
    /// <param name="grace">How long to wait before asking.</param>
    /// <returns>How many did not end: they run again after the next start.</returns>
    public async Task<int> StopAsync(TimeSpan grace)
    {
        await _taking.CancelAsync();
        if (await EndsWithinAsync(grace))
            return 0;
        var handedBack = queue.Running;
        await _running.CancelAsync();
        await EndsWithinAsync(TimeSpan.FromSeconds(3));
        return handedBack;
    }

    public void Dispose()
    {
        _taking.Dispose();
        _running.Dispose();
    }

    private async Task<bool> EndsWithinAsync(TimeSpan limit) => await Task.WhenAny(_workers, Task.Delay(limit)) == _workers;

    private async Task WorkAsync()
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(_taking.Token))
            {
                while (!_taking.IsCancellationRequested && queue.Reader.TryRead(out var item))
                    await RunAsync(item);
            }
        }
        catch (OperationCanceledException) when (_taking.IsCancellationRequested)
        {
        }
    }

    private async Task RunAsync(ActivityItem item)
    {
        if (item.Token.IsAbandoned)
            return;
        queue.Began();
        try
        {
            queue.Answered(item, await AnswerAsync(item));
        }
        catch (OperationCanceledException) when (_running.IsCancellationRequested)
        {
            // No answer: the history has it unanswered, and the next start runs it again.
            logger.ActivityHandedBack(item.Action.Name, item.Action.Id, item.InstanceId);
        }
        finally
        {
            queue.Ended();
        }
    }

    private async Task<Arrival> AnswerAsync(ActivityItem item)
    {
        var action = item.Action;
        if (catalog.Find(action.Name, FunctionKind.Activity) is not { } function)
        {
            var known = string.Join(", ", catalog.OfKind(FunctionKind.Activity).Select(activity => activity.Name).Order(StringComparer.Ordinal));
            return new TaskFailed(Now, action.Id, Failures.From(Failures.Unknown, $"There is no activity function '{action.Name}' in this app. It has: {known}"));
        }

        try
        {
            ActivityContext.TryParse(item.TraceParent, null, out var parent);
            var result = await runner.RunAsync(
                function,
                parameter => parameter == function.TriggerParameter ? PayloadJson.Deserialize(action.Input, parameter.ParameterType) : DefaultOf(parameter.ParameterType),
                parent,
                null,
                _running.Token);
            return new TaskCompleted(Now, action.Id, PayloadJson.Serialize(result));
        }
        catch (Exception e) when (e is not OperationCanceledException || !_running.IsCancellationRequested)
        {
            logger.ActivityFailed(e, action.Name, action.Id, item.InstanceId);
            return new TaskFailed(Now, action.Id, Failures.From(e));
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static object? DefaultOf(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;
}

using System.Text.Json.Nodes;
using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.EmbeddedHost.Orchestrations;
using AeServerless.EmbeddedHost.Orchestrations.History;

namespace AeServerless.EmbeddedHost.Management;

/// <summary>A history as the management API shows it: events, with the scheduling of a call folded into its answer.</summary>
internal static class HistoryEvents
{
    public static JsonArray Of(IReadOnlyList<HistoryPage> pages, InstanceState state, bool showOutput)
    {
        var scheduled = pages.Where(page => page.Turn is not null)
            .SelectMany(page => page.Turn!.Actions.Select(action => (action, page.Turn.Timestamp)))
            .ToDictionary(pair => pair.action.Id);
        var answered = pages.SelectMany(page => page.Arrivals).Select(arrival => arrival.Answers).OfType<int>().ToHashSet();
        var events = new JsonArray();
        foreach (var page in pages)
        {
            foreach (var arrival in page.Arrivals)
                events.Add(OfArrival(arrival, scheduled, showOutput));
            foreach (var action in page.Turn?.Actions.Where(action => !answered.Contains(action.Id)) ?? [])
                events.Add(OfOpen(action, page.Turn!.Timestamp));
        }

        if (state.IsCompleted && state.Status != OrchestrationRuntimeStatus.Terminated)
        {
            var ended = Event("ExecutionCompleted", state.LastUpdatedAt.UtcDateTime);
            ended["OrchestrationStatus"] = state.Status.ToString();
            if (showOutput)
                ended["Result"] = StatusJson.Parse(state.Output);
            if (state.Failure is { } failure)
                ended["Reason"] = failure.ErrorMessage;
            events.Add(ended);
        }

        return events;
    }

    private static JsonObject OfArrival(
        Arrival arrival, Dictionary<int, (OrchestrationAction Action, DateTime Timestamp)> scheduled, bool showOutput)
    {
        var call = arrival.Answers is { } id && scheduled.TryGetValue(id, out var found) ? found : default;
        var isSub = call.Action is CallSubOrchestration;
        var shown = Event(
            arrival switch
            {
                TaskCompleted => isSub ? "SubOrchestrationInstanceCompleted" : "TaskCompleted",
                TaskFailed => isSub ? "SubOrchestrationInstanceFailed" : "TaskFailed",
                _ => arrival.GetType().Name,
            },
            arrival.Timestamp);
        if (call.Action is not null)
            shown["ScheduledTime"] = StatusJson.Time(call.Timestamp);
        switch (call.Action)
        {
            case ScheduleActivity activity:
                shown["FunctionName"] = activity.Name;
                break;
            case CallSubOrchestration sub:
                shown["FunctionName"] = sub.Name;
                shown["InstanceId"] = sub.InstanceId;
                break;
            case CreateTimer timer:
                shown["FireAt"] = StatusJson.Time(timer.FireAt);
                break;
        }

        switch (arrival)
        {
            case ExecutionStarted started:
                shown["FunctionName"] = started.Name;
                break;
            case TaskCompleted completed when showOutput:
                shown["Result"] = StatusJson.Parse(completed.Result);
                break;
            case TaskFailed failed:
                shown["Reason"] = failed.Failure.ErrorMessage;
                break;
            case EventRaised raised:
                shown["Name"] = raised.Name;
                if (showOutput)
                    shown["Input"] = StatusJson.Parse(raised.Input);
                break;
            case ExecutionSuspended suspended:
                shown["Reason"] = suspended.Reason;
                break;
            case ExecutionResumed resumed:
                shown["Reason"] = resumed.Reason;
                break;
        }

        return shown;
    }

    private static JsonObject OfOpen(OrchestrationAction action, DateTime timestamp)
    {
        var shown = Event(
            action switch
            {
                ScheduleActivity => "TaskScheduled",
                CreateTimer => "TimerCreated",
                _ => "SubOrchestrationInstanceCreated",
            },
            timestamp);
        if (action is CreateTimer timer)
            shown["FireAt"] = StatusJson.Time(timer.FireAt);
        else
            shown["FunctionName"] = action is CallSubOrchestration sub ? sub.Name : ((ScheduleActivity)action).Name;
        if (action is CallSubOrchestration call)
            shown["InstanceId"] = call.InstanceId;
        return shown;
    }

    private static JsonObject Event(string type, DateTime timestamp) => new() { ["EventType"] = type, ["Timestamp"] = StatusJson.Time(timestamp) };
}

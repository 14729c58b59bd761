using System.Text.Json;
using AeServerless.Functions.Chunks;
using DurableTask.Core.History;

namespace AeServerless.Bench.Orchestration;

/// <summary>How many chunks of one group were in flight at a time, from the group's history.</summary>
internal static class InFlight
{
    /// <summary>The most chunks that were scheduled and not yet done.</summary>
    /// <param name="history">The engine's events of one group, a JSON array.</param>
    public static int Most(string history)
    {
        using var events = JsonDocument.Parse(history);
        var inFlight = new HashSet<int>();
        var most = 0;
        foreach (var item in events.RootElement.EnumerateArray())
        {
            switch ((EventType)item.GetProperty("EventType").GetInt32())
            {
                case EventType.TaskScheduled when item.GetProperty("Name").GetString() == nameof(ComputeChunk):
                    inFlight.Add(item.GetProperty("EventId").GetInt32());
                    most = Math.Max(most, inFlight.Count);
                    break;
                case EventType.TaskCompleted or EventType.TaskFailed:
                    inFlight.Remove(item.GetProperty("TaskScheduledId").GetInt32());
                    break;
            }
        }

        return most;
    }
}

using System.Globalization;
using System.Text.Json;
using AeServerless.EmbeddedHost;
using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.Functions.Chunks;

namespace AeServerless.Bench.Orchestration;

/// <summary>How many chunks of one group were in flight at a time, from the group's history.</summary>
internal static class InFlight
{
    /// <summary>The most that were scheduled and not yet done.</summary>
    /// <param name="client">The hub's client, which knows the address of the history.</param>
    /// <param name="groupId">The group's instance.</param>
    /// <param name="http">Fetches the history.</param>
    /// <param name="cancellationToken">Cancels the fetching.</param>
    public static async Task<int> MostAsync(DurableTaskClient client, string groupId, HttpClient http, CancellationToken cancellationToken)
    {
        var address = client.CreateHttpManagementPayload(groupId).StatusQueryGetUri!;
        using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{address}&showHistory=true"), cancellationToken));
        var changes = status.RootElement.GetProperty("historyEvents").EnumerateArray()
            .Where(e => e.GetProperty("EventType").GetString() == "TaskCompleted" && e.GetProperty("FunctionName").GetString() == nameof(ComputeChunk))
            .SelectMany(e => new[] { (At: Time(e, "ScheduledTime"), By: 1), (At: Time(e, "Timestamp"), By: -1) })
            .OrderBy(change => change.At).ThenBy(change => change.By);
        var (now, most) = (0, 0);
        foreach (var change in changes)
        {
            most = Math.Max(most, now += change.By);
        }

        return most;
    }

    private static DateTime Time(JsonElement e, string name) => DateTime.Parse(e.GetProperty(name).GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}

using System.Globalization;
using System.Text.Json;
using AeServerless.Functions.Chunks;

namespace AeServerless.Bench.Orchestration;

/// <summary>How many chunks of one group were in flight at a time, from the group's history.</summary>
internal static class InFlight
{
    /// <summary>The most that were scheduled and not yet done.</summary>
    /// <param name="groupId">The group's instance.</param>
    /// <param name="http">Reaches the host's addresses of orchestrations.</param>
    /// <param name="cancellationToken">Cancels the fetching.</param>
    public static async Task<int> MostAsync(string groupId, HttpClient http, CancellationToken cancellationToken)
    {
        var address = new Uri($"instances/{groupId}?showHistory=true", UriKind.Relative);
        using var status = JsonDocument.Parse(await http.GetStringAsync(address, cancellationToken));
        var changes = status.RootElement.GetProperty("historyEvents").EnumerateArray()
            .Where(e => e.GetProperty("EventType").GetString() == "TaskCompleted" && e.GetProperty("FunctionName").GetString() == nameof(ComputeChunk))
            .SelectMany(e => new[] { (At: Time(e, "ScheduledTime"), By: 1), (At: Time(e, "Timestamp"), By: -1) })
            .OrderBy(change => change.At).ThenBy(change => change.By);
        var (now, most) = (0, 0);
        foreach (var change in changes) most = Math.Max(most, now += change.By);
        return most;
    }

    private static DateTime Time(JsonElement e, string name) => DateTime.Parse(e.GetProperty(name).GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}

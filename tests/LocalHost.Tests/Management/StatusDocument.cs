using System.Net.Http.Json;
using System.Text.Json;

namespace AeServerless.LocalHost.Tests.Management;

/// <summary>What the management API says of an instance.</summary>
internal sealed record StatusDocument(JsonElement Root)
{
    public static async Task<StatusDocument> GetAsync(HttpClient http, string id, string query = "") => new(
        await http.GetFromJsonAsync<JsonElement>($"/runtime/webhooks/durabletask/instances/{id}?{query}", TestContext.Current.CancellationToken));

    public IEnumerable<(DateTimeOffset ScheduledTime, DateTimeOffset FireAt)> Events(string type) => Root.GetProperty("historyEvents").EnumerateArray()
        .Where(item => item.GetProperty("EventType").GetString() == type)
        .Select(item => (item.GetProperty("ScheduledTime").GetDateTimeOffset(), item.GetProperty("FireAt").GetDateTimeOffset()));
}

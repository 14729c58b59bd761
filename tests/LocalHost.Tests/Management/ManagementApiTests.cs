using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.DurableTask;
using AeServerless.LocalHost.Tests.Orchestrations;
using AeServerless.LocalHost.Tests.Support;

namespace AeServerless.LocalHost.Tests.Management;

public sealed class ManagementApiTests(AzuriteFixture azurite)
{
    private const string Instances = "/runtime/webhooks/durabletask/instances";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithoutKey_IsClosed()
    {
        await using var host = await StartAsync();
        using var http = host.CreateHttp(withKey: false);
        foreach (var path in (string[])["", "/x", "/x?code=wrong"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(Instances + path, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsync($"{Instances}/x/terminate", null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.DeleteAsync($"{Instances}/x", Cancel)).StatusCode);
    }

    [Fact]
    public async Task WholeLife_ByTheAddressesOfThePayload()
    {
        await using var host = await StartAsync();
        using var http = host.CreateHttp(withKey: false);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 2, Cancel);
        await host.Client.WaitForInstanceStartAsync(id, Cancel);
        var payload = host.Client.CreateHttpManagementPayload(id);

        var running = await http.GetAsync(payload.StatusQueryGetUri, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
        Assert.Equal(payload.StatusQueryGetUri, running.Headers.Location!.ToString());
        Assert.NotNull(running.Headers.RetryAfter);

        Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsync(payload.SuspendPostUri!.Replace("{text}", "break", StringComparison.Ordinal), null, Cancel)).StatusCode);
        Assert.Equal("Suspended", (await StatusAsync(http, payload.StatusQueryGetUri!)).GetProperty("runtimeStatus").GetString());
        Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsync(payload.ResumePostUri!.Replace("{text}", "on", StringComparison.Ordinal), null, Cancel)).StatusCode);

        var raise = payload.SendEventPostUri!.Replace("{eventName}", "number", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync(raise, new StringContent("{not json"), Cancel)).StatusCode);
        for (var number = 1; number <= 2; number++)
            Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsJsonAsync(raise, number, Cancel)).StatusCode);
        await host.Client.WaitForInstanceCompletionAsync(id, Cancel);

        var completed = await http.GetAsync(payload.StatusQueryGetUri, Cancel);
        Assert.Equal(HttpStatusCode.OK, completed.StatusCode);
        var status = await completed.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(
            ["name", "instanceId", "runtimeStatus", "input", "customStatus", "output", "createdTime", "lastUpdatedTime"],
            status.EnumerateObject().Select(property => property.Name));
        Assert.Equal((nameof(Orchestrators.Collects), id, "Completed", 2, "waits", "[1,2]"), (
            status.GetProperty("name").GetString()!, status.GetProperty("instanceId").GetString()!, status.GetProperty("runtimeStatus").GetString()!,
            status.GetProperty("input").GetInt32(), status.GetProperty("customStatus").GetString()!, status.GetProperty("output").GetRawText()));

        Assert.Equal(HttpStatusCode.Gone, (await http.PostAsync(payload.TerminatePostUri!, null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await http.PostAsJsonAsync(raise, 3, Cancel)).StatusCode);

        var restarted = await http.PostAsync(payload.RestartPostUri, null, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, restarted.StatusCode);
        Assert.NotEqual(id, (await restarted.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString());

        var purged = await http.DeleteAsync(payload.PurgeHistoryDeleteUri, Cancel);
        Assert.Equal(1, (await purged.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("instancesDeleted").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(payload.StatusQueryGetUri, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.DeleteAsync(payload.PurgeHistoryDeleteUri, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(payload.TerminatePostUri!, null, Cancel)).StatusCode);
    }

    [Fact]
    public async Task FailedInstance_ShowsWhy_AndIs500IfAsked()
    {
        await using var host = await StartAsync();
        using var http = host.CreateHttp();
        var ended = await host.RunToEndAsync(nameof(Orchestrators.Fails), "the reason");
        var status = await StatusAsync(http, $"{Instances}/{ended.InstanceId}?showInput=false");
        Assert.Contains("the reason", status.GetProperty("output").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, status.GetProperty("input").ValueKind);
        var asked = await http.GetAsync($"{Instances}/{ended.InstanceId}?returnInternalServerErrorOnFailure=true", Cancel);
        Assert.Equal(HttpStatusCode.InternalServerError, asked.StatusCode);
    }

    [Fact]
    public async Task History_ShowsEvents()
    {
        await using var host = await StartAsync();
        using var http = host.CreateHttp();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Everything), "in", Cancel);
        await host.Client.RaiseEventAsync(id, "go", "now", Cancel);
        await host.Client.WaitForInstanceCompletionAsync(id, Cancel);
        var history = (await StatusAsync(http, $"{Instances}/{id}?showHistory=true&showHistoryOutput=true")).GetProperty("historyEvents").EnumerateArray().ToList();

        var types = history.Select(item => item.GetProperty("EventType").GetString()).ToList();
        Assert.Equal("ExecutionStarted", types[0]);
        Assert.Equal("ExecutionCompleted", types[^1]);
        Assert.Equal(5, types.Count(type => type == "TaskCompleted"));
        Assert.Contains("SubOrchestrationInstanceCompleted", types);
        Assert.Contains("TimerFired", types);
        Assert.Contains("EventRaised", types);
        Assert.Contains(history, item => item.TryGetProperty("Result", out var result) && result.ValueKind == JsonValueKind.String && result.GetString() == "a3");
    }

    [Fact]
    public async Task List_PagesByHeader_AndFilters()
    {
        await using var host = await StartAsync();
        using var http = host.CreateHttp();
        for (var i = 0; i < 5; i++)
            await host.RunToEndAsync(nameof(Orchestrators.Child), "x", new StartOrchestrationOptions($"run-{i}"));

        var ids = new List<string>();
        string? token = null;
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Instances}?top=2&instanceIdPrefix=run-&runtimeStatus=Completed,Failed");
            if (token is not null)
                request.Headers.Add("x-ms-continuation-token", token);
            var response = await http.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            ids.AddRange((await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).EnumerateArray().Select(item => item.GetProperty("instanceId").GetString()!));
            token = response.Headers.TryGetValues("x-ms-continuation-token", out var values) ? values.Single() : null;
        }
        while (token is not null);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"run-{i}"), ids);

        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync($"{Instances}?runtimeStatus=Odd", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync($"{Instances}?top=none", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync($"{Instances}?createdTimeFrom=yesterday", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.DeleteAsync(Instances, Cancel)).StatusCode);
        var purged = await http.DeleteAsync($"{Instances}?createdTimeFrom=2000-01-01T00:00:00Z", Cancel);
        Assert.Equal(5, (await purged.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("instancesDeleted").GetInt32());
    }

    private static async Task<JsonElement> StatusAsync(HttpClient http, string address) =>
        await (await http.GetAsync(address, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel);

    private Task<TestHost> StartAsync() => TestHost.StartAsync(new(azurite.ConnectionString, typeof(Orchestrators)), Cancel);
}

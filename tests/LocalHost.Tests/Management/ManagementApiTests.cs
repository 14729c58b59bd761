using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AeServerless.LocalHost.Tests.Orchestrations;
using AeServerless.LocalHost.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AeServerless.LocalHost.Tests.Management;

public sealed class ManagementApiTests(SharedHosts azurite)
{
    private const string Instances = "/runtime/webhooks/durabletask/instances";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithoutKey_IsClosed()
    {
        var host = await azurite.HostAsync();
        using var http = host.CreateHttp(withKey: false);
        foreach (var path in (string[])["", "/x", "/x?code=wrong"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(Instances + path, Cancel)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsync($"{Instances}/x/terminate", null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.DeleteAsync($"{Instances}/x", Cancel)).StatusCode);
    }

    [Fact]
    public async Task WholeLife_ByItsAddresses()
    {
        var host = await azurite.HostAsync();
        using var http = host.CreateHttp();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 2, Cancel);
        await host.BecomesAsync(id, OrchestrationRuntimeStatus.Running);
        var instance = $"{Instances}/{id}";

        var running = await http.GetAsync(instance, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
        Assert.Equal(host.Addresses.Single() + instance, running.Headers.Location!.ToString());
        Assert.NotNull(running.Headers.RetryAfter);

        Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsync($"{instance}/suspend?reason=break", null, Cancel)).StatusCode);
        await host.BecomesAsync(id, OrchestrationRuntimeStatus.Suspended);
        Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsync($"{instance}/resume?reason=on", null, Cancel)).StatusCode);

        var raise = $"{instance}/raiseEvent/number";
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync(raise, new StringContent("{not json"), Cancel)).StatusCode);
        for (var number = 1; number <= 2; number++)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsJsonAsync(raise, number, Cancel)).StatusCode);
        }

        await host.EndOfAsync(id);
        var completed = await http.GetAsync(instance, Cancel);
        Assert.Equal(HttpStatusCode.OK, completed.StatusCode);
        var status = await completed.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(
            ["name", "instanceId", "runtimeStatus", "input", "customStatus", "output", "createdTime", "lastUpdatedTime"],
            status.EnumerateObject().Select(property => property.Name));
        Assert.Equal((nameof(Orchestrators.Collects), id, "Completed", 2, "waits", 2), (
            status.GetProperty("name").GetString()!, status.GetProperty("instanceId").GetString()!,
            status.GetProperty("runtimeStatus").GetString()!,
            status.GetProperty("input").GetInt32(), status.GetProperty("customStatus").GetString()!,
            status.GetProperty("output").GetArrayLength()));

        Assert.Equal(HttpStatusCode.Gone, (await http.PostAsync($"{instance}/terminate", null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await http.PostAsJsonAsync(raise, 3, Cancel)).StatusCode);

        var restarted = await http.PostAsync($"{instance}/restart", null, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, restarted.StatusCode);
        Assert.NotEqual(id, (await restarted.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString());

        var purged = await http.DeleteAsync(instance, Cancel);
        Assert.Equal(1, (await purged.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("instancesDeleted").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(instance, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.DeleteAsync(instance, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync($"{instance}/terminate", null, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Terminate_EndsTheInstance_WithTheReason()
    {
        var host = await azurite.HostAsync();
        using var http = host.CreateHttp();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 1, Cancel);
        await host.BecomesAsync(id, OrchestrationRuntimeStatus.Running);
        Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsync($"{Instances}/{id}/terminate?reason=enough", null, Cancel)).StatusCode);
        await host.BecomesAsync(id, OrchestrationRuntimeStatus.Terminated);
        Assert.Equal("enough", (await StatusAsync(http, $"{Instances}/{id}")).GetProperty("output").GetString());
    }

    [Fact]
    public async Task FailedInstance_ShowsWhy_AndIs500IfAsked()
    {
        var host = await azurite.HostAsync();
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
        var host = await azurite.HostAsync();
        using var http = host.CreateHttp();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Everything), "in", Cancel);
        await host.Client.RaiseEventAsync(id, "go", "now", Cancel);
        await host.EndOfAsync(id);
        var history =
            (await StatusAsync(http, $"{Instances}/{id}?showHistory=true")).GetProperty("historyEvents").EnumerateArray().ToList();

        var types = history.Select(item => item.GetProperty("EventType").GetString()).ToList();
        Assert.Contains("ExecutionStarted", types);
        Assert.Contains("ExecutionCompleted", types);
        Assert.Equal(5, types.Count(type => type == "TaskCompleted"));
        Assert.Contains("SubOrchestrationInstanceCompleted", types);
        Assert.Contains("TimerFired", types);
        Assert.Contains("EventRaised", types);
        Assert.Contains(
            history, item => item.TryGetProperty("Result", out var result) && result.ToString().Contains("a3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_PagesByHeader_AndFilters()
    {
        await using var host = await StartAsync();
        using var http = host.CreateHttp();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i =>
            host.RunToEndAsync(nameof(Orchestrators.Child), "x", new StartOrchestrationOptions($"run-{i}"))));

        var ids = new List<string>();
        string? token = null;
        do
        {
            using var request =
                new HttpRequestMessage(HttpMethod.Get, $"{Instances}?top=2&instanceIdPrefix=run-&runtimeStatus=Completed,Failed");
            if (token is not null)
            {
                request.Headers.Add("x-ms-continuation-token", token);
            }

            var response = await http.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            ids.AddRange(
                (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).EnumerateArray().Select(
                    item => item.GetProperty("instanceId").GetString()!));
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

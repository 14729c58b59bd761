using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AeServerless.Functions.Tests.Fixtures;

namespace AeServerless.Functions.Tests.Endpoints;

public sealed class HttpApiTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp _app = fixture.App;

    [Fact]
    public async Task Health_NeedsNoKey()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "health");
        using var open = new HttpClient { BaseAddress = _app.Http.BaseAddress };
        using var response = await open.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var health = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.True(health.GetProperty("healthy").GetBoolean());
        Assert.Equal("reachable", health.GetProperty("storage").GetString());
        Assert.Equal("cpu", health.GetProperty("device").GetString());
    }

    [Theory]
    [InlineData("GET", "runs")]
    [InlineData("POST", "runs")]
    [InlineData("GET", "runs/run-00000000000000000000000000000000")]
    [InlineData("DELETE", "runs/run-00000000000000000000000000000000")]
    [InlineData("GET", "runs/run-00000000000000000000000000000000/results/summary.json")]
    public async Task EverythingElse_NeedsTheKey(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var open = new HttpClient { BaseAddress = _app.Http.BaseAddress };
        using var response = await open.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task StartedRun_ComesWithItsAddresses()
    {
        var dataset = await UploadAsync();
        var (status, body) = await _app.SendAsync(HttpMethod.Post, "runs", $$"""{ "dataset": "{{dataset.Name}}", "recipe": "latents" }""");
        await _app.WaitAsync(body.GetProperty("runId").GetString()!);

        Assert.Equal(202, status);
        var address = body.GetProperty("statusUrls").GetProperty("statusQueryGetUri").GetString()!;
        using var response = await _app.Http.GetAsync(address, TestContext.Current.CancellationToken);
        var instance = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal("Completed", instance.GetProperty("runtimeStatus").GetString());
        Assert.Equal("done", instance.GetProperty("customStatus").GetProperty("phase").GetString());
        Assert.Equal(10, instance.GetProperty("customStatus").GetProperty("chunksDone").GetInt32());
    }

    [Fact]
    public async Task Runs_AreListedByDatasetAndStatus()
    {
        var dataset = await UploadAsync();
        var run = await _app.RunAsync(dataset.Name, TestDataset.Recipe);
        var (_, byDataset) = await _app.SendAsync(HttpMethod.Get, $"runs?dataset={dataset.Name}&status=completed");
        var (_, failed) = await _app.SendAsync(HttpMethod.Get, $"runs?dataset={dataset.Name}&status=failed");
        var (_, limited) = await _app.SendAsync(HttpMethod.Get, "runs?limit=1");

        var listed = Assert.Single(byDataset.GetProperty("runs").EnumerateArray());
        Assert.Equal(run.GetProperty("runId").GetString(), listed.GetProperty("runId").GetString());
        Assert.Equal("latents", listed.GetProperty("recipe").GetString());
        Assert.Equal(listed.GetProperty("tokensDone").GetInt64(), listed.GetProperty("tokensTotal").GetInt64());
        Assert.Empty(failed.GetProperty("runs").EnumerateArray());
        Assert.Single(limited.GetProperty("runs").EnumerateArray());
    }

    [Fact]
    public async Task APlan_TellsFactsAndStartsNothing()
    {
        var dataset = await UploadAsync();
        var (status, body) = await _app.SendAsync(HttpMethod.Post, "plan", $$"""{ "dataset": "{{dataset.Name}}", "recipe": "latents" }""");
        var (_, runs) = await _app.SendAsync(HttpMethod.Get, $"runs?dataset={dataset.Name}");
        var (missing, _) = await _app.SendAsync(HttpMethod.Post, "plan", $$"""{ "dataset": "{{dataset.Name}}", "recipe": "none" }""");

        Assert.Equal(200, status);
        Assert.Equal(404, missing);
        Assert.Empty(runs.GetProperty("runs").EnumerateArray());
        var facts = body.GetProperty("facts").EnumerateArray().ToList();
        Assert.Contains(facts, fact => fact.GetProperty("name").GetString()!.StartsWith("Reads ", StringComparison.Ordinal));
        Assert.Contains(facts, fact => fact.GetProperty("value").GetString()!.Contains("mlp.post_act/forward", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("runs?status=odd", "query parameter status")]
    [InlineData("runs?limit=0", "query parameter limit")]
    [InlineData("runs?limit=many", "query parameter limit")]
    public async Task WrongQuery_IsRefused(string path, string subject)
    {
        var (status, body) = await _app.SendAsync(HttpMethod.Get, path);

        Assert.Equal(400, status);
        Assert.Equal(subject, body.GetProperty("error").GetProperty("subject").GetString());
    }

    [Theory]
    [InlineData("GET", "runs/nothing")]
    [InlineData("GET", "runs/run-00000000000000000000000000000000")]
    [InlineData("DELETE", "runs/run-00000000000000000000000000000000")]
    [InlineData("GET", "runs/..%2Fchunks/results/x")]
    [InlineData("GET", "runs/run-00000000000000000000000000000000/results/summary.json")]
    [InlineData("GET", "runs/run-00000000000000000000000000000000/results")]
    public async Task UnknownRun_Is404(string method, string path)
    {
        var (status, body) = await _app.SendAsync(new HttpMethod(method), path);

        Assert.Equal(404, status);
        Assert.Contains("does not exist", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Result_IsStreamedWithRangesAndVersion()
    {
        var runId = (await _app.RunAsync((await UploadAsync()).Name, TestDataset.Recipe)).GetProperty("runId").GetString();
        var path = $"runs/{runId}/results/summary.json";
        using var whole = await _app.Http.GetAsync(path, TestContext.Current.CancellationToken);
        using var part = await SendAsync(path, request => request.Headers.Range = new RangeHeaderValue(2, 11));
        using var unchanged = await SendAsync(path, request => request.Headers.IfNoneMatch.Add(whole.Headers.ETag!));

        var content = await whole.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal("application/json", whole.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(content[2..12], await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task Results_AreListed()
    {
        var runId = (await _app.RunAsync((await UploadAsync()).Name, TestDataset.Recipe)).GetProperty("runId").GetString();
        var (status, body) = await _app.SendAsync(HttpMethod.Get, $"runs/{runId}/results");

        Assert.Equal(200, status);
        var files = body.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()).ToList();
        Assert.Contains("run.json", files);
        Assert.Contains("statistics/mlp_autoencoder_latent/0.safetensors", files);
    }

    [Theory]
    [InlineData("nothing.json", 404)]
    [InlineData("..%2F..%2Fchunks%2Fx", 404)]
    [InlineData("a%5Cb", 400)]
    public async Task ResultThatIsNotOne_IsRefused(string path, int expected)
    {
        var runId = (await _app.RunAsync((await UploadAsync()).Name, TestDataset.Recipe)).GetProperty("runId").GetString();
        var (status, _) = await _app.SendAsync(HttpMethod.Get, $"runs/{runId}/results/{path}");

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task TerminatedRun_EndsAndStartsAgain()
    {
        var dataset = await UploadAsync();
        var runId = await _app.StartRunAsync(dataset.Name, TestDataset.Recipe);
        var (status, _) = await _app.SendAsync(HttpMethod.Delete, $"runs/{runId}");
        var ended = await _app.WaitAsync(runId);
        var again = await _app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.Equal(202, status);
        Assert.Equal("terminated", ended.GetProperty("status").GetString());
        Assert.Equal(runId, again.GetProperty("runId").GetString());
        Assert.Equal("completed", again.GetProperty("status").GetString());
        var (conflict, _) = await _app.SendAsync(HttpMethod.Delete, $"runs/{runId}");
        Assert.Equal(409, conflict);
    }

    private async Task<TestDataset> UploadAsync()
    {
        var dataset = new TestDataset(_app.Storage);
        await dataset.UploadAsync();
        return dataset;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, Action<HttpRequestMessage> prepare)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        prepare(request);
        return await _app.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

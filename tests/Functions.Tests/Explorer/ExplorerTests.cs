using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using AeServerless.Functions.Tests.Fixtures;

namespace AeServerless.Functions.Tests.Explorer;

public sealed partial class ExplorerTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp _app = fixture.App;

    [Fact]
    public async Task Page_IsServedWithoutAKey_UnderAPolicyThatAllowsNothingInline()
    {
        using var open = new HttpClient { BaseAddress = _app.Http.BaseAddress };
        using var page = await open.GetAsync("explore", TestContext.Current.CancellationToken);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.EndsWith("/api/explore/index.html", page.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        foreach (var script in Scripts().Matches(html).Select(match => match.Groups[1].Value))
        {
            using var asset = await open.GetAsync($"explore/{script}", TestContext.Current.CancellationToken);
            Assert.Equal("text/javascript", asset.Content.Headers.ContentType!.MediaType);
            Assert.True(asset.Headers.CacheControl!.MaxAge > TimeSpan.FromDays(300));
        }

        Assert.NotEmpty(Scripts().Matches(html));
    }

    [Fact]
    public async Task FileThatIsKnown_IsNotSentAgain()
    {
        using var first = await _app.Http.GetAsync("explore/index.html", TestContext.Current.CancellationToken);
        using var again = new HttpRequestMessage(HttpMethod.Get, "explore/index.html");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await _app.Http.SendAsync(again, TestContext.Current.CancellationToken);
        using var none = await _app.Http.GetAsync("explore/../host.json", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task Input_IsAFileOfTheRunsDataset_ByRanges()
    {
        var dataset = new TestDataset(_app.Storage);
        await dataset.UploadAsync();
        var run = await _app.RunAsync(dataset.Name, TestDataset.Recipe);
        var address = $"runs/{run.GetProperty("runId").GetString()}/inputs/";
        var manifest = JsonDocument.Parse(
            await _app.Http.GetStringAsync($"{address}activations/{dataset.Name}/manifest.json", TestContext.Current.CancellationToken));
        var shard = manifest.RootElement.GetProperty("shards")[0].GetProperty("path").GetString();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}activations/{dataset.Name}/{shard}");
        request.Headers.Range = new RangeHeaderValue(8, 8);
        using var range = await _app.Http.SendAsync(request, TestContext.Current.CancellationToken);
        using var weights = await _app.Http.GetAsync($"{address}recipes/{TestDataset.Recipe}.json", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.PartialContent, range.StatusCode);
        Assert.Equal("{", await range.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NotFound, weights.StatusCode);
    }

    [Fact]
    public async Task Ticket_IsTradedForTheKeyOnce()
    {
        using var open = new HttpClient { BaseAddress = _app.Http.BaseAddress };
        using var refused = await open.PostAsync("explore/tickets", content: null, TestContext.Current.CancellationToken);
        using var issued = await _app.Http.PostAsync("explore/tickets", content: null, TestContext.Current.CancellationToken);
        var ticket = await issued.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        using var first = await RedeemAsync(open, ticket);
        using var second = await RedeemAsync(open, ticket);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var answer = JsonDocument.Parse(await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        using var request = new HttpRequestMessage(HttpMethod.Get, "runs");
        request.Headers.Add("x-functions-key", answer.GetProperty("key").GetString());
        using var runs = await open.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, runs.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, second.StatusCode);
    }

    private static async Task<HttpResponseMessage> RedeemAsync(HttpClient open, string ticket)
    {
        using var body = new StringContent(ticket, mediaType: MediaTypeHeaderValue.Parse("application/json"));
        return await open.PostAsync("explore/key", body, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("""<script[^>]* src="\./([^"]+)""")]
    private static partial Regex Scripts();
}

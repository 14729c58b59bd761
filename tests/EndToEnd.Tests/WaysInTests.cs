using AeServerless.TestSupport;

namespace AeServerless.EndToEnd.Tests;

public sealed class WaysInTests(CapturedSample sample, SharedApp shared) : IClassFixture<SharedApp>
{
    private static readonly string Recipe = Path.Combine(CapturedSample.Sample, "demo.json");

    [Fact]
    public async Task Upload_OfADatasetThatARecipeIsFor_RunsIt()
    {
        var app = shared.App;
        await app.CliAsync("upload", "recipe", Recipe);

        await app.CliAsync("upload", "dataset", sample.Dataset, "--name", "kjv-uploaded");

        var run = await app.WaitForCompletedRunAsync("kjv-uploaded");
        Assert.Equal(CapturedSample.Tokens, run.GetProperty("result").GetProperty("tokens").GetInt64());
        var shown = await app.CliAsync("status", run.GetProperty("runId").GetString()!);
        Assert.Contains("fraction of variance unexplained", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_TheSameRequestTwice_IsOneRun()
    {
        var app = shared.App;
        await app.CliAsync("upload", "dataset", sample.Dataset, "--name", "asked-for");

        var first = await app.CliAsync("run", "asked-for", "--recipe", Recipe);
        var again = await app.CliAsync("run", "asked-for", "--recipe", Recipe, "--detach");

        Assert.Contains("strongest latents", first, StringComparison.Ordinal);
        var runs = (await app.CliAsync("status")).Split('\n').Where(run => run.Contains("asked-for", StringComparison.Ordinal));
        Assert.Contains(again.Split('\n')[0], Assert.Single(runs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublishedAutoencoder_UploadedByItself_IsRun()
    {
        var app = shared.App;
        await app.CliAsync("upload", "dataset", sample.Dataset, "--name", "published");
        var uploaded = await app.CliAsync(
            "upload", "autoencoder", Path.Combine(CapturedSample.Sample, "autoencoders", "saelens", "resid_post"), "--name", "theirs");
        Assert.Contains("\"path\": \"autoencoders/theirs\"", uploaded, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder.File("theirs.json"),
            """{ "autoencoders": [ { "name": "theirs", "path": "autoencoders/theirs" } ], "derivedScalars": ["latent", "write_norm"] }""",
            TestContext.Current.CancellationToken);

        var shown = await app.CliAsync("run", "published", "--recipe", folder.File("theirs.json"));

        Assert.Matches(@"theirs, layer 2: L0 [\d.]+ \(24\.0 published\), fraction of variance unexplained 0\.[01]\d+,", shown);
        Assert.Contains("theirs_write_norm", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timer_RunsEveryRecipeOverItsDatasets()
    {
        await using var app = await App.StartAsync(new Dictionary<string, string>
        {
            ["NightlySchedule"] = "*/2 * * * * *",
            ["AzureWebJobs.OnDatasetUploaded.Disabled"] = "true",
        });
        await app.CliAsync("upload", "recipe", Recipe);

        await app.CliAsync("upload", "dataset", sample.Dataset, "--name", "kjv-nightly");

        var run = await app.WaitForCompletedRunAsync("kjv-nightly");
        Assert.Equal("demo", run.GetProperty("recipe").GetString());
    }

    [Fact]
    public async Task Http_WithoutTheKey_IsRefused()
    {
        using var stranger = new HttpClient { BaseAddress = shared.App.Process.Client.BaseAddress };

        using var answer = await stranger.GetAsync("runs", TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}

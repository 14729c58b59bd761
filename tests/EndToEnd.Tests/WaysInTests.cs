namespace AeServerless.EndToEnd.Tests;

public sealed class WaysInTests(CapturedSample sample)
{
    private static readonly string Recipe = Path.Combine(CapturedSample.Sample, "demo.json");

    [Fact]
    public async Task Upload_OfADatasetThatARecipeIsFor_RunsIt()
    {
        await using var app = await App.StartAsync();
        await app.CliAsync("upload", "recipe", Recipe);

        await app.CliAsync("upload", "dataset", sample.Dataset, "--name", "kjv-uploaded");

        var run = await app.WaitForCompletedRunAsync();
        Assert.Equal(CapturedSample.Tokens, run.GetProperty("result").GetProperty("tokens").GetInt64());
        var shown = await app.CliAsync("status", run.GetProperty("runId").GetString()!);
        Assert.Contains("fraction of variance unexplained", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_TheSameRequestTwice_IsOneRun()
    {
        await using var app = await App.StartAsync();
        await app.CliAsync("upload", "dataset", sample.Dataset, "--name", "asked-for");

        var first = await app.CliAsync("run", "asked-for", "--recipe", Recipe);
        var again = await app.CliAsync("run", "asked-for", "--recipe", Recipe, "--detach");

        Assert.Contains("strongest latents", first, StringComparison.Ordinal);
        Assert.Contains(again.Trim(), await app.CliAsync("status"), StringComparison.Ordinal);
        Assert.Single((await app.CliAsync("status")).Trim().Split('\n'));
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

        var run = await app.WaitForCompletedRunAsync();
        Assert.Equal("kjv-nightly", run.GetProperty("dataset").GetString());
        Assert.Equal("demo", run.GetProperty("recipe").GetString());
    }

    [Fact]
    public async Task Http_WithoutTheKey_IsRefused()
    {
        await using var app = await App.StartAsync();
        using var stranger = new HttpClient { BaseAddress = app.Process.Client.BaseAddress };

        using var answer = await stranger.GetAsync("runs", TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}

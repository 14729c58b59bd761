namespace AeServerless.EndToEnd.Tests;

public sealed class KillTests(CapturedSample sample)
{
    private const int Kills = 10;
    private const int Seed = 20_260;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HostKilledTenTimes_TheRunCompletesWithTheSameBytes(bool tokensAlone)
    {
        var dataset = tokensAlone ? sample.TokensAlone : sample.Dataset;
        var recipe = await SmallChunksAsync();
        var undisturbed = await RunAsync(dataset, recipe, _ => Task.CompletedTask);
        var random = new Random(Seed);

        var disturbed = await RunAsync(dataset, recipe, async app =>
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                // From before the plan is written to long after the last chunk of a lifetime.
                await Task.Delay(random.Next(1, 1500), TestContext.Current.CancellationToken);
                await app.Process.KillAsync();
                await app.StartProcessAsync();
            }
        });

        Assert.NotEmpty(undisturbed);
        Assert.Equal(undisturbed.Keys, disturbed.Keys);
        Assert.All(undisturbed, file => Assert.True(file.Value.AsSpan().SequenceEqual(disturbed[file.Key]), file.Key));
    }

    private async Task<IReadOnlyDictionary<string, byte[]>> RunAsync(string dataset, string recipe, Func<App, Task> disturb)
    {
        await using var app = await App.StartAsync();
        await app.CliAsync("upload", "dataset", dataset, "--name", "kjv-killed");
        await app.CliAsync("run", "kjv-killed", "--recipe", recipe, "--detach");
        await disturb(app);
        var run = await app.WaitForCompletedRunAsync("kjv-killed");
        return await app.ResultsAsync(run.GetProperty("runId").GetString()!);
    }

    private async Task<string> SmallChunksAsync()
    {
        var recipe = await File.ReadAllTextAsync(Path.Combine(CapturedSample.Sample, "demo.json"), TestContext.Current.CancellationToken);
        var path = Path.Combine(sample.Dataset, "..", $"{Path.GetFileName(sample.Dataset)}.json");
        await File.WriteAllTextAsync(
            path,
            recipe.Replace("\"chunkTokens\": 2048", "\"chunkTokens\": 128", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        return path;
    }
}

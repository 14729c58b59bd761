using AeServerless.TestSupport;

namespace AeServerless.EndToEnd.Tests;

public sealed class KillTests(CapturedSample sample)
{
    private const int Seed = 20_260;

    // Small chunks: a host is killed in the midst of some.
    private const string Recipe = """
        {
          "layers": [2],
          "autoencoders": [
            { "name": "mlp", "input": "mlp_post_act", "path": "autoencoders/kjv-gpt2/mlp_post_act/{layer}.safetensors" },
            { "name": "stream", "path": "autoencoders/kjv-gpt2/saelens/resid_post" }
          ],
          "derivedScalars": ["latent", "act_times_grad", "error"],
          "outputs": ["statistics", "latents", "tokens"],
          "chunkTokens": 128
        }
        """;

    [Theory]
    [InlineData(false, 10)]
    [InlineData(true, 4)]
    public async Task HostKilledAgainAndAgain_TheRunCompletesWithTheSameBytes(bool tokensAlone, int kills)
    {
        var dataset = tokensAlone ? sample.TokensAlone : sample.Dataset;
        using var folder = new TemporaryFolder();
        var recipe = folder.File("small.json");
        await File.WriteAllTextAsync(recipe, Recipe, TestContext.Current.CancellationToken);
        var undisturbed = await RunAsync(dataset, recipe, _ => Task.CompletedTask);
        var random = new Random(Seed);

        var disturbed = await RunAsync(dataset, recipe, async app =>
        {
            for (var kill = 0; kill < kills; kill++)
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
}

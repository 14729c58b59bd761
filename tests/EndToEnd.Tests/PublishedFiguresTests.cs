using System.Text.Json;
using AeServerless.TestSupport;

namespace AeServerless.EndToEnd.Tests;

/// <summary>A run over the sample's held-out text has the figures of the libraries that trained the sample's published
/// autoencoders.</summary>
public sealed class PublishedFiguresTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const int Tokens = 41_088;

    private const string Recipe = """
        {
          "layers": [2],
          "autoencoders": [
            { "name": "stream", "path": "autoencoders/kjv-gpt2/saelens/resid_post" },
            { "name": "heads", "path": "autoencoders/kjv-gpt2/saelens/hook_z" },
            { "name": "transcoder", "path": "autoencoders/kjv-gpt2/sparsify/h.2.mlp" }
          ],
          "derivedScalars": ["latent"],
          "chunkTokens": 8192
        }
        """;

    [Fact]
    public async Task Run_HasTheLibrariesFigures()
    {
        var cancel = TestContext.Current.CancellationToken;
        var app = shared.App;
        using var folder = new TemporaryFolder();
        await Cli.SucceedAsync(
            new Dictionary<string, string>(),
            "tokenize", "--tokenizer", Path.Combine(CapturedSample.Sample, "model"), "--text",
            Path.Combine(CapturedSample.Sample, "text", "heldout.txt"), "--out", folder.File("tokens"), "--max-length", "128",
            "--max-tokens", $"{Tokens}", "--model-blob", "models/kjv-gpt2/model.safetensors");
        await File.WriteAllTextAsync(folder.File("three.json"), Recipe, cancel);
        await app.CliAsync("upload", "dataset", folder.File("tokens"), "--name", "held-out");

        var run = (await app.CliAsync("run", "held-out", "--recipe", folder.File("three.json"), "--detach")).Split('\n')[0];
        await app.WaitForCompletedRunAsync("held-out");

        using var summary = JsonDocument.Parse(await app.Process.Client.GetByteArrayAsync($"runs/{run}/results/summary.json", cancel));
        Check(summary, "stream", 27.536531, 0.1061249, 3);
        Check(summary, "heads", 24, 0.1191200, 102);
        Check(summary, "transcoder", 23.710426, 0.0778467, 3);
    }

    private static void Check(JsonDocument summary, string name, double l0, double fvu, int dead)
    {
        JsonElement Of(string list) =>
            summary.RootElement.GetProperty(list).EnumerateArray().Single(one => one.GetProperty("autoencoder").GetString() == name);

        var (autoencoder, scalar) = (Of("autoencoders"), Of("scalars"));
        Assert.Equal(Tokens, autoencoder.GetProperty("tokens").GetInt32());
        Assert.Equal(l0, autoencoder.GetProperty("activeLatents").GetDouble(), 1e-3);
        Assert.Equal(fvu, autoencoder.GetProperty("fractionOfVarianceUnexplained").GetDouble(), 1e-5);
        Assert.Equal(dead, scalar.GetProperty("width").GetInt32() - scalar.GetProperty("activeLatents").GetInt32());
    }
}

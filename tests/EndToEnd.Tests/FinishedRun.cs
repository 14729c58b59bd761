namespace AeServerless.EndToEnd.Tests;

/// <summary>A finished run over the sample's text, of few scalars, and the app that has it.</summary>
public sealed class FinishedRun(CapturedSample sample) : IAsyncLifetime
{
    private const string Recipe = """
        {
          "schema": "ae-serverless/recipe/1",
          "datasets": ["exported"],
          "layers": [2],
          "autoencoders": [
            { "name": "mlp", "input": "mlp_post_act", "path": "autoencoders/kjv-gpt2/mlp_post_act/{layer}.safetensors" },
            { "name": "attention", "input": "resid_delta_attn", "path": "autoencoders/kjv-gpt2/resid_delta_attn/{layer}.safetensors" }
          ],
          "derivedScalars": [
            { "type": "mlp_autoencoder_latent", "name": "mlp_latent", "autoencoder": "mlp" },
            { "type": "mlp_autoencoder_write_norm", "name": "mlp_write_norm", "autoencoder": "mlp" },
            { "type": "attention_autoencoder_latent", "name": "attention_latent", "autoencoder": "attention" }
          ],
          "outputs": ["statistics", "latents", "tokens"],
          "chunkTokens": 2048
        }
        """;

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("ae-exports-");

    internal App App { get; private set; } = null!;

    public string RunId { get; private set; } = "";

    /// <summary>Variables for the command-line program, with a folder of its own for what it keeps.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string>(App.Environment) { ["AE_ROOT"] = _state.FullName };

    public async ValueTask InitializeAsync()
    {
        App = await App.StartAsync();
        await App.CliAsync("upload", "dataset", sample.Dataset, "--name", "exported");
        var recipe = Path.Combine(_state.FullName, "few.json");
        await File.WriteAllTextAsync(recipe, Recipe, TestContext.Current.CancellationToken);
        await App.CliAsync("run", "exported", "--recipe", recipe);
        RunId = (await App.CliAsync("run", "exported", "--recipe", recipe, "--detach")).Split('\n')[0];
    }

    /// <summary>A folder that is not there yet.</summary>
    public string NewFolder() => Path.Combine(_state.FullName, Guid.NewGuid().ToString("N"));

    /// <summary>A file of the run's results.</summary>
    public Task<byte[]> ResultAsync(string path) =>
        App.Process.Client.GetByteArrayAsync($"runs/{RunId}/results/{path}", TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (App is not null)
        {
            await App.DisposeAsync();
        }

        _state.Delete(recursive: true);
    }
}

using System.Text;
using AeServerless.Robustness.Tests.Runs;
using AeServerless.TestSupport;

namespace AeServerless.Robustness.Tests.Errors;

/// <summary>A running host on which errors are made, each with a dataset of its own.</summary>
/// <param name="client">Calls the host.</param>
/// <param name="storage">Where its inputs are.</param>
internal sealed class ErrorStage(AppClient client, StorageFixture storage)
{
    /// <summary>The only shard of a dataset.</summary>
    public static string ShardPath { get; } = SyntheticDataset.ShardPath(0);

    public AppClient Client => client;

    /// <summary>POST /api/runs with a body as it is.</summary>
    public async Task<ErrorSeen> PostAsync(byte[] body, CancellationToken cancellationToken) =>
        ErrorSeen.Of(await client.PostAsync(body, cancellationToken));

    public Task<ErrorSeen> PostAsync(string body, CancellationToken cancellationToken) =>
        PostAsync(Encoding.UTF8.GetBytes(body), cancellationToken);

    /// <summary>Asks for the run of a recipe over a sound dataset.</summary>
    public async Task<ErrorSeen> RecipeAsync(string dataset, string recipe, CancellationToken cancellationToken)
    {
        await UploadAsync(new SyntheticDataset(dataset, 1), cancellationToken);
        return await RunAsync(dataset, recipe, cancellationToken);
    }

    /// <summary>Asks for a run over a dataset with one file replaced.</summary>
    public async Task<ErrorSeen> DatasetAsync(string dataset, string file, byte[]? content, CancellationToken cancellationToken)
    {
        var sound = new SyntheticDataset(dataset, 1);
        await UploadAsync(sound, cancellationToken);
        if (content is null)
        {
            await storage.Blobs.GetBlobContainerClient("activations").DeleteBlobAsync(
                $"{dataset}/{file}", cancellationToken: cancellationToken);
        }
        else
        {
            await SyntheticDataset.PutAsync(storage.Blobs, $"activations/{dataset}/{file}", content, cancellationToken);
        }

        return await RunAsync(dataset, sound.Recipe(), cancellationToken);
    }

    /// <summary>Asks for a run over a dataset whose manifest has one piece of text replaced.</summary>
    public Task<ErrorSeen> ManifestAsync(string dataset, string from, string to, CancellationToken cancellationToken) =>
        DatasetAsync(dataset, "manifest.json", Replaced(new SyntheticDataset(dataset, 1).Manifest().ToJson(), from, to), cancellationToken);

    /// <summary>Asks for a run over a dataset whose shard has one piece of its header replaced by another of the same length.</summary>
    public Task<ErrorSeen> ShardAsync(string dataset, string from, string to, CancellationToken cancellationToken) =>
        DatasetAsync(dataset, ShardPath, Replaced(new SyntheticDataset(dataset, 1).ShardFile(0), from, to), cancellationToken);

    /// <summary>Asks for a run with an autoencoder of its own.</summary>
    public async Task<ErrorSeen> AutoencoderAsync(string dataset, byte[] content, CancellationToken cancellationToken)
    {
        await SyntheticDataset.PutAsync(storage.Blobs, $"autoencoders/{dataset}/0.safetensors", content, cancellationToken);
        return await RecipeAsync(
            dataset,
            new SyntheticDataset(dataset, 1).Recipe().Replace(
                "autoencoders/synthetic", $"autoencoders/{dataset}", StringComparison.Ordinal),
            cancellationToken);
    }

    public async Task<ErrorSeen> GetAsync(string path, CancellationToken cancellationToken) =>
        ErrorSeen.Of(await client.GetAsync(path, cancellationToken));

    /// <summary>A recipe that asks for one derived scalar.</summary>
    public static string RecipeOf(string scalar) =>
        $$"""{ "autoencoders": [ { "input": "resid_delta_attn", "path": "autoencoders/synthetic/{layer}.safetensors" } ], "derivedScalars": [ {{scalar}} ] }""";

    public static byte[] Replaced(byte[] content, string from, string to)
    {
        // One byte a character, whatever the bytes are.
        var text = Encoding.Latin1.GetString(content);
        Assert.Contains(from, text, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
    }

    private async Task UploadAsync(SyntheticDataset dataset, CancellationToken cancellationToken) =>
        await dataset.UploadAsync(storage.Blobs, cancellationToken);

    private async Task<ErrorSeen> RunAsync(string dataset, string recipe, CancellationToken cancellationToken)
    {
        var started = await client.PostAsync(
            Encoding.UTF8.GetBytes($$"""{ "dataset": "{{dataset}}", "recipe": {{recipe}} }"""), cancellationToken);
        return ErrorSeen.Of(started.Text("runId") is { } id ? await client.WaitAsync(id, cancellationToken) : started);
    }
}

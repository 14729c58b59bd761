using System.Security.Cryptography;
using System.Text;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Tensors;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Robustness.Tests.Runs;

/// <summary>A dataset of made-up activations, small enough that storage and orchestration are what a run of it is about.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Shards">Number of shards.</param>
/// <param name="Sequences">Sequences of a shard.</param>
/// <param name="SequenceTokens">Tokens of a sequence: a chunk of as many tokens is one sequence.</param>
internal sealed record SyntheticDataset(string Name, int Shards, int Sequences = 2, int SequenceTokens = 4)
{
    private const int Width = 8;
    private const int Latents = 24;

    /// <summary>Path of the autoencoder that the recipe uses, container first.</summary>
    public const string Autoencoder = "autoencoders/synthetic/0.safetensors";

    /// <summary>Chunks of a run that has one sequence a chunk.</summary>
    public int Chunks => Shards * Sequences;

    /// <summary>A recipe that needs nothing but the dataset and one autoencoder.</summary>
    /// <param name="chunkTokens">Tokens of a chunk; a sequence a chunk by default.</param>
    /// <param name="topExamples">Examples kept of a latent: what makes one recipe's results differ from another's.</param>
    public string Recipe(int? chunkTokens = null, int topExamples = 5) => $$"""
        { "schema": "ae-serverless/recipe/1", "layers": [0],
          "autoencoders": [ { "input": "resid_delta_attn", "path": "autoencoders/synthetic/{layer}.safetensors" } ],
          "derivedScalars": [ "attention_autoencoder_latent", "attention_autoencoder_write_norm" ],
          "statistics": { "topExamples": {{topExamples}}, "histogramBins": 10 }, "outputs": ["statistics", "latents", "tokens"], "chunkTokens": {{chunkTokens ?? SequenceTokens}} }
        """;

    /// <summary>Uploads autoencoder, shards and, last, the manifest.</summary>
    public async Task UploadAsync(BlobServiceClient storage, CancellationToken cancellationToken)
    {
        foreach (var container in (string[])["activations", "autoencoders", "models"])
        {
            await storage.GetBlobContainerClient(container).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }

        await PutAutoencoderAsync(storage, cancellationToken);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Shards), cancellationToken, async (shard, token) => await PutShardAsync(storage, shard, 0, token));
        await PutManifestAsync(storage, cancellationToken);
    }

    /// <summary>Uploads one shard, in another version than before if <paramref name="version"/> is another.</summary>
    public Task PutShardAsync(BlobServiceClient storage, int shard, int version, CancellationToken cancellationToken) =>
        PutAsync(storage, $"activations/{Name}/{ShardPath(shard)}", ShardFile(shard, version), cancellationToken);

    public Task PutManifestAsync(BlobServiceClient storage, CancellationToken cancellationToken) =>
        PutAsync(storage, $"activations/{Name}/manifest.json", Manifest().ToJson(), cancellationToken);

    public DatasetManifest Manifest() => new(
        DatasetManifest.SchemaName,
        "models/synthetic/model.safetensors",
        1,
        "",
        [.. Enumerable.Range(0, Shards).Select(
            shard => new ShardReference(ShardPath(shard), (long)Sequences * SequenceTokens, Sequences))]);

    public static async Task PutAsync(BlobServiceClient storage, string path, byte[] content, CancellationToken cancellationToken)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        await storage.GetBlobContainerClient(path[..slash]).GetBlobClient(path[(slash + 1)..]).UploadAsync(
            new BinaryData(content), overwrite: true, cancellationToken);
    }

    /// <summary>All datasets share it: written again, it would be an input that changes under the runs of other tests.</summary>
    private static async Task PutAutoencoderAsync(BlobServiceClient storage, CancellationToken cancellationToken)
    {
        var slash = Autoencoder.IndexOf('/', StringComparison.Ordinal);
        var blob = storage.GetBlobContainerClient(Autoencoder[..slash]).GetBlobClient(Autoencoder[(slash + 1)..]);
        try
        {
            await blob.UploadAsync(
                new BinaryData(AutoencoderFile()),
                new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } },
                cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status == 409)
        {
        }
    }

    public static string ShardPath(int shard) => $"shards/{shard:00000}.safetensors";

    public byte[] ShardFile(int shard, int version = 0)
    {
        var random = Random(Name, shard, version);
        var tokens = Sequences * SequenceTokens;
        return Fuzzing.SafetensorsBytes.Of(
            null,
            (new("tokens", TensorDtype.I64, [tokens]), Enumerable.Range(0, tokens).Select(_ => (long)random.Next(1000)).ToArray()),
            (new("resid.delta_attn/forward/0", TensorDtype.F32, [tokens, Width]), Values(random, tokens * Width)),
            (new("sequence_lengths", TensorDtype.I32, [Sequences]), Enumerable.Repeat(SequenceTokens, Sequences).ToArray()));
    }

    public static byte[] AutoencoderFile(int width = Width)
    {
        var random = Random("autoencoder", 0, 0);
        return Fuzzing.SafetensorsBytes.Of(
            new Dictionary<string, string> { ["activation"] = "ReLU" },
            (new("pre_bias", TensorDtype.F32, [width]), Values(random, width)),
            (new("encoder.weight", TensorDtype.F32, [Latents, width]), Values(random, Latents * width)),
            (new("latent_bias", TensorDtype.F32, [Latents]), Values(random, Latents)),
            (new("decoder.weight", TensorDtype.F32, [width, Latents]), Values(random, Latents * width)));
    }

    private static float[] Values(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];

    private static Random Random(string name, int shard, int version) =>
        new(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}/{shard}/{version}"))));
}

using System.Text.Json;
using AeServerless.TestSupport;

namespace AeServerless.Functions.Tests.Fixtures;

/// <summary>A small dataset, the model it belongs to, autoencoders and a recipe, in storage.</summary>
internal sealed class TestDataset(TestStorage storage)
{
    public const string Recipe = "latents";

    public static int[] Lengths { get; } = [5, 7, 3, 9, 6, 4, 8, 5, 7, 6];

    public string Name { get; } = TestNames.Next("data-");

    public int Shards { get; init; } = 2;

    /// <summary>Seed of the first shard: no other dataset has the same activations, whose chunks would be there already.</summary>
    public int Seed { get; } = TestNames.NextSeed();

    /// <summary>Uploads everything, the manifest last.</summary>
    public async Task UploadAsync()
    {
        await UploadModelAsync();
        await UploadRecipeAsync(Recipe, TestRecipes.Default);
        for (var shard = 0; shard < Shards; shard++)
        {
            await UploadShardAsync(shard, await TestShard.CreateAsync(Seed + shard, Lengths));
        }

        await UploadManifestAsync();
    }

    public async Task UploadModelAsync()
    {
        foreach (var file in (string[])["config.json", "model.safetensors"])
        {
            await storage.UploadAsync($"models/dev-1/{file}", await File.ReadAllBytesAsync(Golden(file)));
        }

        foreach (var file in (string[])["mlp_post_act/0.safetensors", "resid_delta_attn/0.safetensors"])
        {
            await storage.UploadAsync($"autoencoders/dev-1/{file}", await File.ReadAllBytesAsync(Golden(file)));
        }
    }

    public Task UploadRecipeAsync(string name, string json) =>
        storage.UploadAsync($"recipes/{name}.json", System.Text.Encoding.UTF8.GetBytes(json));

    public Task UploadShardAsync(int shard, byte[] content) => storage.UploadAsync(ShardPath(shard), content);

    public Task UploadManifestAsync() => storage.UploadAsync(ManifestPath, JsonSerializer.SerializeToUtf8Bytes(new
    {
        schema = "ae-serverless/dataset/1",
        model = "models/dev-1/model.safetensors",
        layers = 4,
        tokenizer = "models/dev-1/",
        shards = Enumerable.Range(0, Shards).Select(
            shard => new { path = $"shards/{shard:D5}.safetensors", tokens = Lengths.Sum(), sequences = Lengths.Length }),
    }));

    public string ManifestPath => $"activations/{Name}/manifest.json";

    public string ShardPath(int shard) => $"activations/{Name}/shards/{shard:D5}.safetensors";

    private static string Golden(string file) => Path.Combine(RepositoryRoot.Path, "tests", "golden", "dev-1", file);
}

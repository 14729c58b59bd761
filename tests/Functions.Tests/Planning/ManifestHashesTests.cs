using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AeServerless.Functions.Tests.Fixtures;

namespace AeServerless.Functions.Tests.Planning;

/// <summary>Data are known by their content: what a manifest's hashes say is compared with what is stored.</summary>
public sealed class ManifestHashesTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Model = "models/dev-1/model.safetensors";

    private static readonly string Other = new('a', 64);

    private readonly TestApp _app = fixture.App;

    [Fact]
    public async Task ManifestWithoutHashes_WorksAndIsUnvouched()
    {
        var run = await _app.RunAsync((await UploadAsync()).Name, TestDataset.Recipe);

        Assert.Equal(["model", "tokenizer", "shards"], await UnvouchedAsync(run));
    }

    [Fact]
    public async Task ModelThatTheDatasetWasCapturedFrom_IsVouchedFor()
    {
        var dataset = await UploadAsync();
        await ChangeManifestAsync(dataset, manifest => manifest["modelSha256"] = Golden("model.safetensors"));

        var run = await _app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.Equal(["tokenizer", "shards"], await UnvouchedAsync(run));
    }

    [Fact]
    public async Task AnotherModel_IsAnErrorThatNamesBoth()
    {
        var dataset = await UploadAsync();
        await ChangeManifestAsync(dataset, manifest => manifest["modelSha256"] = Other);

        var error = await ErrorAsync(dataset);

        Assert.StartsWith($"{Model}: is another model than dataset {dataset.Name} was captured from", error, StringComparison.Ordinal);
        Assert.Contains(Golden("model.safetensors"), error, StringComparison.Ordinal);
        Assert.Contains(Other, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShardOfOtherContent_IsAnErrorThatNamesIt()
    {
        var dataset = await UploadAsync();
        var (first, second) = (await HashAsync(dataset, 0), await HashAsync(dataset, 1));
        await ChangeManifestAsync(dataset, manifest =>
        {
            manifest["shards"]![0]!["sha256"] = first;
            manifest["shards"]![1]!["sha256"] = second;
        });
        await _app.Storage.UploadKnownAsync(
            dataset.ShardPath(0), await TestShard.CreateAsync(dataset.Seed + 99, TestDataset.Lengths), Other);

        var error = await ErrorAsync(dataset);

        Assert.StartsWith($"{dataset.ShardPath(0)}: is not what {dataset.ManifestPath} names", error, StringComparison.Ordinal);
        Assert.Contains(first, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShardNamedByItsContent_IsReadWhereItLostItsMark()
    {
        var dataset = await UploadAsync();
        var content = await _app.Storage.DownloadAsync(dataset.ShardPath(0));
        var (sha256, second) = (await HashAsync(dataset, 0), await HashAsync(dataset, 1));
        var path = $"shards/00000.{sha256[..16]}.safetensors";
        await _app.Storage.UploadAsync($"activations/{dataset.Name}/{path}", content);
        await _app.Storage.UploadKnownAsync(dataset.ShardPath(1), await _app.Storage.DownloadAsync(dataset.ShardPath(1)), second);
        await ChangeManifestAsync(dataset, manifest =>
        {
            manifest["shards"]![0]!["path"] = path;
            manifest["shards"]![0]!["sha256"] = sha256;
            manifest["shards"]![1]!["sha256"] = second;
        });
        Assert.Equal(["model", "tokenizer"], await UnvouchedAsync(await _app.RunAsync(dataset.Name, TestDataset.Recipe)));

        await _app.Storage.UploadAsync(
            $"activations/{dataset.Name}/{path}", await TestShard.CreateAsync(dataset.Seed + 99, TestDataset.Lengths));

        Assert.Contains($"{path}: is not what", await ErrorAsync(dataset), StringComparison.Ordinal);
    }

    private static string Golden(string file) => Convert.ToHexStringLower(SHA256.HashData(
        File.ReadAllBytes(Path.Combine(TestSupport.RepositoryRoot.Path, "tests", "golden", "dev-1", file))));

    private async Task<TestDataset> UploadAsync()
    {
        var dataset = new TestDataset(_app.Storage);
        await dataset.UploadAsync();
        return dataset;
    }

    private async Task<string> HashAsync(TestDataset dataset, int shard) =>
        Convert.ToHexStringLower(SHA256.HashData(await _app.Storage.DownloadAsync(dataset.ShardPath(shard))));

    private async Task ChangeManifestAsync(TestDataset dataset, Action<JsonNode> change)
    {
        var manifest = JsonNode.Parse(await _app.Storage.DownloadAsync(dataset.ManifestPath))!;
        change(manifest);
        await _app.Storage.UploadJsonAsync(dataset.ManifestPath, manifest);
    }

    private async Task<string> ErrorAsync(TestDataset dataset)
    {
        var run = await _app.RunAsync(dataset.Name, TestDataset.Recipe);
        Assert.True(run.GetProperty("status").GetString() == "failed", run.ToString());
        var error = run.GetProperty("error");
        return $"{error.GetProperty("subject").GetString()}: {error.GetProperty("message").GetString()}";
    }

    private async Task<IReadOnlyList<string?>> UnvouchedAsync(JsonElement run)
    {
        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        var document = await _app.Storage.DownloadAsync($"results/runs/{run.GetProperty("runId").GetString()}/run.json");
        return [.. JsonDocument.Parse(document).RootElement.GetProperty("unvouched").EnumerateArray().Select(item => item.GetString())];
    }
}

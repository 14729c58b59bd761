using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AeServerless.Cli.Upload;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.TestSupport;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Cli.Tests.Upload;

/// <summary>Under a dataset's name there is at each moment all of the old dataset or all of the new one.</summary>
public sealed class DatasetUploadTests(AzuriteFixture azurite)
{
    private static int _names;

    private readonly BlobContainerClient _container = new(azurite.ConnectionString, "activations");
    private readonly string _name = $"upload-{Interlocked.Increment(ref _names)}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_NamesShardsByTheirContent()
    {
        using var local = new LocalDataset("one", "two");
        var before = await File.ReadAllBytesAsync(local.ManifestFile, Cancellation);

        await UploadAsync(local);

        Assert.Equal(["one", "two"], await ReadWholeAsync());
        Assert.Equal([local.Sha256(0), local.Sha256(1)], (await ManifestAsync()).Shards.Select(shard => shard.Sha256));
        Assert.Equal(before, await File.ReadAllBytesAsync(local.ManifestFile, Cancellation));
    }

    [Fact]
    public async Task SameContent_LeavesTheManifestsVersion()
    {
        using var local = new LocalDataset("one", "two");
        await UploadAsync(local);
        var version = await VersionAsync(DatasetManifest.FileName);

        Assert.Equal((0, false), await UploadAsync(local));

        Assert.Equal(version, await VersionAsync(DatasetManifest.FileName));
    }

    [Fact]
    public async Task OtherValues_ChangeTheManifestAndOneShardAlone()
    {
        using var first = new LocalDataset("one", "two");
        using var second = new LocalDataset("one", "2!!");
        await UploadAsync(first);
        var version = await VersionAsync(DatasetManifest.FileName);
        var unchanged = (await ManifestAsync()).Shards[0].Path;
        var unchangedVersion = await VersionAsync(unchanged);

        Assert.Equal((1, true), await UploadAsync(second));

        Assert.NotEqual(version, await VersionAsync(DatasetManifest.FileName));
        Assert.Equal(unchangedVersion, await VersionAsync(unchanged));
        Assert.Equal(["one", "2!!"], await ReadWholeAsync());
        Assert.Equal(3, await CountAsync());
    }

    [Fact]
    public async Task UploadThatIsCut_LeavesTheOldOrTheNewDatasetWhole()
    {
        string[] old = ["one", "two", "three"];
        string[] changed = ["1", "two", "3"];
        using var first = new LocalDataset(old);
        using var second = new LocalDataset(changed);
        await UploadAsync(first);
        for (var reports = 0; reports < 4; reports++)
        {
            await Assert.ThrowsAsync<IOException>(() => UploadAsync(second, new Cut(reports)));

            var whole = await ReadWholeAsync();
            Assert.True(whole.SequenceEqual(old) || whole.SequenceEqual(changed), string.Join(' ', whole));
        }

        await UploadAsync(second);

        Assert.Equal(changed, await ReadWholeAsync());
    }

    [Fact]
    public async Task OldShardNamesOfOthers_AreReplacedToo()
    {
        using var local = new LocalDataset("one");
        await _container.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await Blob("shards/00000.safetensors").UploadAsync(BinaryData.FromString("other"), Cancellation);
        await Blob(DatasetManifest.FileName).UploadAsync(
            BinaryData.FromBytes(await File.ReadAllBytesAsync(local.ManifestFile, Cancellation)), Cancellation);

        await UploadAsync(local);

        Assert.Equal(["one"], await ReadWholeAsync());
        Assert.False(await Blob("shards/00000.safetensors").ExistsAsync(Cancellation));
    }

    [Fact]
    public async Task ShardOtherThanTheManifestSays_IsRefusedByItsName()
    {
        using var local = new LocalDataset("one");
        local.Write([new ShardReference("shards/00000.safetensors", 1, 1) { Sha256 = new string('0', 64) }]);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => UploadAsync(local));

        Assert.Contains("00000.safetensors: is not the shard that", error.Message, StringComparison.Ordinal);
        Assert.False(await Blob(DatasetManifest.FileName).ExistsAsync(Cancellation));
    }

    [Fact]
    public async Task FieldsThatAreNotKnown_StayInTheManifest()
    {
        using var local = new LocalDataset("one");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(local.ManifestFile, Cancellation))!;
        manifest["madeBy"] = "someone";
        await File.WriteAllTextAsync(local.ManifestFile, manifest.ToJsonString(), new UTF8Encoding(true), Cancellation);

        await UploadAsync(local);

        var stored = JsonNode.Parse((await Blob(DatasetManifest.FileName).DownloadContentAsync(Cancellation)).Value.Content)!;
        Assert.Equal("someone", (string?)stored["madeBy"]);
    }

    [Fact]
    public async Task DownloadedDataset_UploadsUnderTheSameNames()
    {
        using var local = new LocalDataset("one");
        var path = StoredManifest.ShardPath("shards/00000.safetensors", local.Sha256(0));

        Assert.Equal($"shards/00000.{local.Sha256(0)[..16]}.safetensors", path);
        Assert.Equal(path, StoredManifest.ShardPath(path, local.Sha256(0)));
        await UploadAsync(local);
        Assert.Equal(path, (await ManifestAsync()).Shards[0].Path);
    }

    private Task<(int NewShards, bool Replaced)> UploadAsync(LocalDataset local, IProgress<long>? progress = null) =>
        new DatasetUpload(new BlobFolder(azurite.ConnectionString, "activations", _name), local.Path)
            .RunAsync(progress ?? new Cut(int.MaxValue), Cancellation);

    private BlobClient Blob(string name) => _container.GetBlobClient($"{_name}/{name}");

    private async Task<string> VersionAsync(string name) =>
        (await Blob(name).GetPropertiesAsync(cancellationToken: Cancellation)).Value.ETag.ToString();

    private async Task<DatasetManifest> ManifestAsync() => DatasetManifest.Parse(
        (await Blob(DatasetManifest.FileName).DownloadContentAsync(Cancellation)).Value.Content.ToMemory().Span, "manifest.json");

    private async Task<int> CountAsync()
    {
        var count = 0;
        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{_name}/" }, Cancellation))
        {
            count += blob.Deleted ? 0 : 1;
        }

        return count;
    }

    /// <summary>The content of the shards that the manifest names, each of them what the manifest says.</summary>
    private async Task<List<string>> ReadWholeAsync()
    {
        var shards = new List<string>();
        foreach (var shard in (await ManifestAsync()).Shards)
        {
            var content = (await Blob(shard.Path).DownloadContentAsync(Cancellation)).Value.Content;
            Assert.Equal(shard.Sha256, Convert.ToHexStringLower(SHA256.HashData(content.ToMemory().Span)));
            shards.Add(content.ToString());
        }

        return shards;
    }

    /// <summary>Lets an upload end in the middle, after so many of its files.</summary>
    private sealed class Cut(int reports) : IProgress<long>
    {
        private int _left = reports;

        public void Report(long value)
        {
            if (Interlocked.Decrement(ref _left) < 0)
            {
                throw new IOException("cut");
            }
        }
    }
}

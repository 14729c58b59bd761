using System.Security.Cryptography;
using AeServerless.Engine.Datasets;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Upload;

/// <summary>A dataset in a folder: shards of bytes that nobody computes with, and a manifest without hashes.</summary>
internal sealed class LocalDataset : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LocalDataset(params string[] shards)
    {
        Directory.CreateDirectory(_folder.File("shards"));
        for (var index = 0; index < shards.Length; index++)
        {
            File.WriteAllText(ShardFile(index), shards[index]);
        }

        Write([.. shards.Select((_, index) => new ShardReference($"shards/{index:00000}.safetensors", 1, 1))]);
    }

    public string Path => _folder.Path;

    public string ManifestFile => _folder.File(DatasetManifest.FileName);

    public string ShardFile(int index) => _folder.File($"shards/{index:00000}.safetensors");

    public string Sha256(int index) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ShardFile(index))));

    public void Write(IReadOnlyList<ShardReference> shards) => File.WriteAllBytes(
        ManifestFile, new DatasetManifest(DatasetManifest.SchemaName, "models/m/model.safetensors", 1, "", shards).ToJson());

    public void Dispose() => _folder.Dispose();
}

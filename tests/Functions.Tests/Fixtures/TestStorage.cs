using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Functions.Tests.Fixtures;

/// <summary>The blobs of one test, by the paths that manifests and recipes use.</summary>
internal sealed class TestStorage(BlobServiceClient service, Dictionary<string, string?> settings)
{
    public BlobContainerClient Results { get; } = service.GetBlobContainerClient(settings["ResultsContainer"]);

    public async Task UploadAsync(string path, byte[] content)
    {
        var blob = Blob(path);
        await service.GetBlobContainerClient(blob.BlobContainerName).CreateIfNotExistsAsync(
            cancellationToken: TestContext.Current.CancellationToken);
        await blob.UploadAsync(BinaryData.FromBytes(content), overwrite: true, TestContext.Current.CancellationToken);
    }

    /// <summary>Uploads what says its SHA-256 in its metadata, as the command line does.</summary>
    public async Task UploadKnownAsync(string path, byte[] content, string sha256)
    {
        await UploadAsync(path, content);
        await Blob(path).SetMetadataAsync(
            new Dictionary<string, string> { ["sha256"] = sha256 }, cancellationToken: TestContext.Current.CancellationToken);
    }

    public Task UploadJsonAsync(string path, object value) => UploadAsync(path, JsonSerializer.SerializeToUtf8Bytes(value));

    public async Task<byte[]> DownloadAsync(string path) =>
        (await Blob(path).DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content.ToArray();

    public Task DeleteAsync(string path) => Blob(path).DeleteAsync(cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Names and bytes of the results under a prefix, the prefix cut off.</summary>
    public async Task<SortedDictionary<string, byte[]>> ReadResultsAsync(string prefix)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        await foreach (var blob in Results.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, TestContext.Current.CancellationToken))
        {
            files.Add(blob.Name[prefix.Length..], await DownloadAsync($"results/{blob.Name}"));
        }

        return files;
    }

    public async Task<List<string>> ListResultsAsync(string prefix)
    {
        var names = new List<string>();
        await foreach (var blob in Results.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, TestContext.Current.CancellationToken))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    private BlobClient Blob(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var container = path[..slash] switch
        {
            "activations" => "activations",
            "models" => settings["ModelsContainer"],
            "autoencoders" => settings["AutoencodersContainer"],
            "recipes" => settings["RecipesContainer"],
            "results" => settings["ResultsContainer"],
            var other => throw new ArgumentException(other),
        };
        return service.GetBlobContainerClient(container).GetBlobClient(path[(slash + 1)..]);
    }
}

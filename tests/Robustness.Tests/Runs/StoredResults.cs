using System.Security.Cryptography;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Robustness.Tests.Runs;

/// <summary>What is stored in a container of results.</summary>
internal sealed class StoredResults(BlobServiceClient storage, string container)
{
    private readonly BlobContainerClient _results = storage.GetBlobContainerClient(container);

    /// <summary>Names of the blobs under a prefix.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(string prefix, CancellationToken cancellationToken) =>
        await _results.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken).Select(blob => blob.Name).ToListAsync(
            cancellationToken);

    /// <summary>
    /// Hashes of a run's results by file name: all but what says when and how they came about (provenance, the plan and its inputs'
    /// versions).
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string>> ResultsAsync(string runId, CancellationToken cancellationToken)
    {
        var prefix = $"runs/{runId}/";
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in await NamesAsync(prefix, cancellationToken))
        {
            var file = name[prefix.Length..];
            if (file is "run.json" or "request.json" or "plan.json" || file.StartsWith("groups/", StringComparison.Ordinal))
            {
                continue;
            }

            hashes.Add(file, await HashAsync(name, cancellationToken));
        }

        return hashes;
    }

    /// <summary>Requires every commit marker to have all the files that it names, with the lengths and hashes that it names.</summary>
    /// <returns>The number of markers.</returns>
    public async Task<int> RequireWholeAsync(CancellationToken cancellationToken)
    {
        var markers = 0;
        foreach (var prefix in (string[])["chunks/", "merges/"])
        {
            foreach (var name in await NamesAsync(prefix, cancellationToken))
            {
                if (
                    !name.EndsWith("/chunk.json", StringComparison.Ordinal) && !name.EndsWith(
                        "/merge.json", StringComparison.Ordinal))
                {
                    continue;
                }

                markers++;
                using var marker = JsonDocument.Parse(
                    (await _results.GetBlobClient(name).DownloadContentAsync(cancellationToken)).Value.Content.ToMemory());
                var data = (
                    await _results.GetBlobClient($"{name[..name.LastIndexOf('/')]}/data.bin").DownloadContentAsync(
                        cancellationToken)).Value.Content.ToMemory();
                foreach (var file in marker.RootElement.GetProperty("files").EnumerateArray())
                {
                    var offset = file.TryGetProperty("offset", out var at) ? at.GetInt32() : 0;
                    Assert.Equal(file.GetProperty("sha256").GetString(), Hash(data.Slice(offset, file.GetProperty("length").GetInt32())));
                }
            }
        }

        return markers;
    }

    /// <summary>Prefixes of results that have files and no commit marker.</summary>
    public async Task<IReadOnlyList<string>> OrphansAsync(CancellationToken cancellationToken)
    {
        var names = (await NamesAsync("chunks/", cancellationToken)).Concat(await NamesAsync("merges/", cancellationToken));
        return [.. names.GroupBy(name => string.Join('/', name.Split('/').Take(3)))
            .Where(
                files => !files.Any(
                    name => name.EndsWith("/chunk.json", StringComparison.Ordinal) || name.EndsWith(
                        "/merge.json", StringComparison.Ordinal)))
            .Select(files => files.Key)];
    }

    /// <summary>The folder of a chunk of a run.</summary>
    public async Task<string> AnyChunkOfAsync(string runId, CancellationToken cancellationToken)
    {
        var group = await _results.GetBlobClient($"runs/{runId}/groups/00000.json").DownloadContentAsync(cancellationToken);
        using var document = JsonDocument.Parse(group.Value.Content.ToMemory());
        var key = document.RootElement.GetProperty("chunks")[3].GetProperty("key").GetString()!;
        return $"chunks/{key[..2]}/{key}";
    }

    /// <summary>Deletes what begins with a prefix.</summary>
    public async Task DeleteAsync(string prefix, CancellationToken cancellationToken)
    {
        foreach (var name in await NamesAsync(prefix, cancellationToken))
        {
            await _results.DeleteBlobAsync(
            name, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Leaves a file of a result that no run ever finishes.</summary>
    public async Task PutOrphanAsync(CancellationToken cancellationToken)
    {
        await _results.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await _results.UploadBlobAsync($"chunks/00/{new string('0', 64)}/data.bin", new BinaryData(new byte[100]), cancellationToken);
    }

    private async Task<string> HashAsync(string name, CancellationToken cancellationToken) =>
        Hash((await _results.GetBlobClient(name).DownloadContentAsync(cancellationToken)).Value.Content.ToMemory());

    private static string Hash(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content.Span));
}

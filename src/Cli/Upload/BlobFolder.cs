using System.Collections.Concurrent;
using AeServerless.Engine.IO;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Cli.Upload;

/// <summary>
/// Puts files of this machine under a prefix of a container, each marked with the SHA-256 of its content. What is there already with the
/// same content stays, so a broken upload goes on.
/// </summary>
internal sealed class BlobFolder
{
    private const string Sha256Key = "sha256";

    private readonly BlobContainerClient _container;
    private readonly string _prefix;
    private readonly ConcurrentBag<string> _replaced = [];

    /// <summary>A folder of a container, in the account of a connection string or of a blob service URI.</summary>
    public BlobFolder(string storage, string container, string prefix)
    {
        // Connections that are refused fail soon: nothing is listening there.
        var options = new BlobClientOptions { Retry = { MaxRetries = 3, Mode = RetryMode.Exponential } };
        var service = Uri.TryCreate(storage, UriKind.Absolute, out var uri) && uri.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? new BlobServiceClient(uri, new DefaultAzureCredential(), options)
            : new BlobServiceClient(storage, options);
        _container = service.GetBlobContainerClient(container);
        _prefix = prefix.Length == 0 ? "" : prefix.TrimEnd('/') + "/";
    }

    /// <summary>Files put at a time.</summary>
    public static int FilesInFlight => 4;

    /// <summary>Blobs, container first, that had other content before.</summary>
    public IReadOnlyList<string> Replaced => [.. _replaced.Order(StringComparer.Ordinal)];

    /// <summary>Makes the container where it does not exist.</summary>
    public Task CreateAsync(CancellationToken cancellationToken) => _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);

    /// <summary>Uploads files under their names; the last one only after all others are there.</summary>
    /// <param name="root">The folder that names are relative to.</param>
    /// <param name="files">Paths of files below it; the last one may be what makes others look.</param>
    /// <param name="uploaded">Told the bytes of all files that are there by now.</param>
    /// <param name="cancellationToken">Stops between files and blocks.</param>
    public async Task UploadAsync(string root, IReadOnlyList<string> files, IProgress<long> uploaded, CancellationToken cancellationToken)
    {
        await CreateAsync(cancellationToken);
        var total = 0L;
        await Parallel.ForEachAsync(
            files.SkipLast(1),
            new ParallelOptions { MaxDegreeOfParallelism = FilesInFlight, CancellationToken = cancellationToken },
            async (file, token) => await PutFileAsync(file, token));
        await PutFileAsync(files[^1], cancellationToken);

        async Task PutFileAsync(string path, CancellationToken token)
        {
            var file = await LocalFile.ReadAsync(path, token);
            await PutAsync(Path.GetRelativePath(root, path).Replace('\\', '/'), file, token);
            uploaded.Report(Interlocked.Add(ref total, file.Length));
        }
    }

    /// <summary>Puts a file under a name, unless it is there with the same content.</summary>
    public async Task PutAsync(string name, LocalFile file, CancellationToken cancellationToken)
    {
        var blob = Blob(name);
        if (!await HasAsync(blob, file, cancellationToken))
        {
            await using var content = File.OpenRead(file.Path);
            await blob.UploadAsync(content, Options(file), cancellationToken);
        }
    }

    /// <summary>Puts a small document under a name if the name still has the version that was read, or still nothing.</summary>
    /// <exception cref="CliException">Someone else wrote it meanwhile.</exception>
    public async Task ReplaceAsync(string name, byte[] content, ETag? version, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            Conditions = version is { } known
                ? new BlobRequestConditions { IfMatch = known }
                : new BlobRequestConditions { IfNoneMatch = ETag.All },
        };
        try
        {
            await Blob(name).UploadAsync(BinaryData.FromBytes(content), options, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            throw new CliException($"{Address(name)}: someone else uploaded it at the same time; upload it again.");
        }
    }

    /// <summary>Reads a small document and its version; null where there is none.</summary>
    public async Task<(byte[] Content, ETag Version)?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var there = (await Blob(name).DownloadContentAsync(cancellationToken)).Value;
            return (there.Content.ToArray(), there.Details.ETag);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Removes a blob if it exists.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        Blob(name).DeleteIfExistsAsync(cancellationToken: cancellationToken);

    private static BlobUploadOptions Options(LocalFile file) => new()
    {
        HttpHeaders = new BlobHttpHeaders { ContentHash = file.Md5 },
        Metadata = new Dictionary<string, string> { [Sha256Key] = file.Sha256 },
    };

    private async Task<bool> HasAsync(BlobClient blob, LocalFile file, CancellationToken cancellationToken)
    {
        try
        {
            var there = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            var same = there.ContentLength == file.Length && (there.Metadata.TryGetValue(Sha256Key, out var sha256)
                ? sha256 == file.Sha256
                : there.ContentHash?.AsSpan().SequenceEqual(file.Md5) == true);
            if (!same)
            {
                _replaced.Add($"{blob.BlobContainerName}/{blob.Name}");
            }

            return same;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    private BlobClient Blob(string name) => _container.GetBlobClient(BlobPath.Validate(_prefix + name));

    private string Address(string name) => $"{_container.Name}/{_prefix}{name}";
}

using System.Security.Cryptography;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Cli.Upload;

/// <summary>
/// Puts files of this machine under a prefix of a container. What is there already with the same content stays, so a broken upload goes on.
/// </summary>
internal sealed class BlobFolder
{
    private const int FilesInFlight = 4;

    private readonly BlobContainerClient _container;
    private readonly string _prefix;
    private long _uploaded;

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

    /// <summary>Uploads the files; the last one only after all others are there.</summary>
    /// <param name="root">The folder that names are relative to.</param>
    /// <param name="files">Paths of files below it; the last one may be what makes others look.</param>
    /// <param name="uploaded">Told the bytes of all files that are there by now.</param>
    /// <param name="cancellationToken">Stops between files and blocks.</param>
    public async Task UploadAsync(string root, IReadOnlyList<string> files, IProgress<long> uploaded, CancellationToken cancellationToken)
    {
        await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await Parallel.ForEachAsync(
            files.SkipLast(1),
            new ParallelOptions { MaxDegreeOfParallelism = FilesInFlight, CancellationToken = cancellationToken },
            async (file, ct) => await UploadAsync(root, file, uploaded, ct));
        await UploadAsync(root, files[^1], uploaded, cancellationToken);
    }

    private async Task UploadAsync(string root, string file, IProgress<long> uploaded, CancellationToken cancellationToken)
    {
        var blob = _container.GetBlobClient(_prefix + Path.GetRelativePath(root, file).Replace('\\', '/'));
        await using var content = File.OpenRead(file);
        var hash = await MD5.HashDataAsync(content, cancellationToken);
        if (!await HasAsync(blob, content.Length, hash, cancellationToken))
        {
            content.Position = 0;
            await blob.UploadAsync(
                content, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentHash = hash } }, cancellationToken);
        }

        uploaded.Report(Interlocked.Add(ref _uploaded, content.Length));
    }

    private static async Task<bool> HasAsync(BlobClient blob, long length, byte[] hash, CancellationToken cancellationToken)
    {
        try
        {
            var there = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return there.ContentLength == length && there.ContentHash?.AsSpan().SequenceEqual(hash) == true;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }
}

using System.Collections.Concurrent;
using AeServerless.Engine.IO;
using AeServerless.Functions.Blobs;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;

namespace AeServerless.Functions.Results;

/// <summary>Writes files for users under a prefix, each a blob, and keeps account of them.</summary>
/// <param name="container">The container of results.</param>
/// <param name="prefix">The prefix, without a slash at its end.</param>
public sealed class BlobResultSink(BlobContainerClient container, string prefix) : IResultSink
{
    private readonly ConcurrentBag<ResultFile> _files = [];

    /// <summary>The files written so far, by name.</summary>
    public IReadOnlyList<ResultFile> Files => [.. _files.OrderBy(file => file.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public ValueTask<ResultStream> CreateAsync(string name, CancellationToken cancellationToken)
    {
        var client = container.GetBlockBlobClient($"{prefix}/{BlobPath.Validate(name)}");
        return ValueTask.FromResult<ResultStream>(
            new ResultFileStream(new BlobUploadStream(client, cancellationToken), name, _files.Add, owns: true));
    }
}

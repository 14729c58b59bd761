using AeServerless.Engine;
using AeServerless.Engine.IO;
using Azure.Storage.Blobs;

namespace AeServerless.Functions.Storage;

/// <summary>The files of one committed result.</summary>
/// <param name="container">The container of results.</param>
/// <param name="prefix">The prefix, without a slash at its end.</param>
/// <param name="files">The files, from the result's commit marker.</param>
public sealed class BlobResultSource(BlobContainerClient container, string prefix, IReadOnlyList<ResultFile> files) : IResultSource
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = [.. files.Select(file => file.Name).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var file = files.FirstOrDefault(file => file.Name == name) ?? throw new InvalidInputException($"{prefix}/{name}", "does not exist");
        var client = container.GetBlobClient($"{prefix}/{name}");

        // No version: the name has the hash of all that the content depends on.
        var blob = new InputBlob($"{container.Name}/{client.Name}", ETag: "", file.Length, ContentHash: null);
        return ValueTask.FromResult<IByteSource>(new BlobByteSource(client, blob));
    }
}

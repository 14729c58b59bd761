using AeServerless.Engine;
using AeServerless.Engine.IO;
using Azure.Storage.Blobs;

namespace AeServerless.Functions.Storage;

/// <summary>The files of one committed result, which are in one blob: see <see cref="PackedResultSink"/>.</summary>
/// <param name="blob">The blob.</param>
/// <param name="files">The files, from the result's commit marker.</param>
public sealed class PackedResultSource(BlobClient blob, IReadOnlyList<ResultFile> files) : IResultSource
{
    // No version: the name has the hash of all that the content depends on.
    private readonly InputBlob _blob = new(
        $"{blob.BlobContainerName}/{blob.Name}", ETag: "", files.Max(file => file.Offset + file.Length), ContentHash: null);

    private readonly Dictionary<string, ResultFile> _files = files.ToDictionary(file => file.Name, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = [.. files.Select(file => file.Name).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken) => _files.TryGetValue(name, out var file)
        ? ValueTask.FromResult<IByteSource>(new BlobByteSource(blob, _blob, file))
        : throw new InvalidInputException($"{_blob.Path}, file {name}", "does not exist");
}

using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Functions.Blobs;
using Azure.Storage.Blobs;

namespace AeServerless.Functions.Results;

/// <summary>The files of one committed result, which are in one blob: see <see cref="PackedResultSink"/>.</summary>
/// <param name="blob">The blob.</param>
/// <param name="files">The files, from the result's commit marker.</param>
/// <param name="memory">Where a blob that fits is read to whole and kept, one request in the place of dozens: the caller's again after the
/// last read.</param>
public sealed class PackedResultSource(BlobClient blob, IReadOnlyList<ResultFile> files, Memory<byte> memory) : IResultSource
{
    // No version: the name has the hash of all that the content depends on.
    private readonly InputBlob _blob = new(
        $"{blob.BlobContainerName}/{blob.Name}", ETag: "", files.Max(file => file.Offset + file.Length), ContentHash: null);

    private readonly Dictionary<string, ResultFile> _files = files.ToDictionary(file => file.Name, StringComparer.Ordinal);

    private Task? _whole;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = [.. files.Select(file => file.Name).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public async ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken)
    {
        if (!_files.TryGetValue(name, out var file))
        {
            throw new InvalidInputException($"{_blob.Path}, file {name}", "does not exist");
        }

        var source = new BlobByteSource(blob, _blob, $"{_blob.Path}, file {file.Name}", file.Offset, file.Length);
        if (_blob.Length > memory.Length)
        {
            return source;
        }

        await (_whole ??= new BlobByteSource(blob, _blob).ReadAsync(0, memory[..(int)_blob.Length], cancellationToken).AsTask());
        return new MemoryByteSource(source.Name, memory.Slice((int)file.Offset, (int)file.Length));
    }
}

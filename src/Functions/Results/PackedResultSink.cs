using AeServerless.Engine.IO;
using AeServerless.Functions.Blobs;
using Azure.Storage.Blobs.Specialized;

namespace AeServerless.Functions.Results;

/// <summary>
/// Writes the files of one result end to end into one blob, and keeps account of them for the result's commit marker: a result of dozens of
/// files costs as many requests as one file of their size. One file at a time. What was not completed never appears.
/// </summary>
/// <param name="blob">The blob.</param>
/// <param name="cancellationToken">Cancels the writing.</param>
public sealed class PackedResultSink(BlockBlobClient blob, CancellationToken cancellationToken) : IResultSink, IDisposable
{
    private readonly BlobUploadStream _stream = new(blob, cancellationToken);
    private readonly List<ResultFile> _files = [];
    private bool _open;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The file before is still open.</exception>
    public ValueTask<ResultStream> CreateAsync(string name, CancellationToken cancellationToken)
    {
        if (_open)
        {
            throw new InvalidOperationException($"{name} can't be begun before the file before it is complete.");
        }

        _open = true;
        var offset = _stream.Length;
        return ValueTask.FromResult<ResultStream>(new ResultFileStream(
            _stream,
            BlobPath.Validate(name),
            file =>
            {
                _files.Add(file with { Offset = offset });
                _open = false;
            },
            owns: false));
    }

    /// <summary>Ends the blob: it is stored when this returns.</summary>
    /// <returns>The files, by name.</returns>
    /// <exception cref="InvalidOperationException">A file was begun and not completed.</exception>
    public async Task<IReadOnlyList<ResultFile>> CompleteAsync()
    {
        if (_open)
        {
            throw new InvalidOperationException("The result can't be complete: a file of it is not.");
        }

        await _stream.CompleteAsync(cancellationToken);
        return [.. _files.OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    /// <summary>Abandons the blob, unless it is complete.</summary>
    public void Dispose() => _stream.Dispose();
}

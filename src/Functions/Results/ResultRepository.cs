using AeServerless.Engine;
using AeServerless.Engine.IO;

namespace AeServerless.Functions.Results;

/// <summary>Stored results of chunks and merges.</summary>
public sealed class ResultRepository(ResultStore store)
{
    /// <summary>
    /// Whether a result is there, whole. Asking gives its marker a new version, so that a cleanup that found the result unneeded before
    /// leaves it alone: whoever asks is about to use it.
    /// </summary>
    public Task<bool> ClaimAsync(ResultAddress part, CancellationToken cancellationToken) =>
        store.TouchAsync(part.Marker(), cancellationToken);

    /// <summary>The commit marker of a result.</summary>
    /// <exception cref="InvalidInputException">The result is gone.</exception>
    public async Task<CommitMarker> ReadMarkerAsync(ResultAddress part, CancellationToken cancellationToken) =>
        await store.ReadJsonAsync<CommitMarker>(part.Marker(), cancellationToken)
            ?? throw new InvalidInputException(
                part.Marker(), "is gone while a run needs it. Start the run again: what is missing is computed anew");

    /// <summary>Opens a result for reading.</summary>
    /// <param name="part">The result.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <param name="memory">Where a result that fits is kept while it is open: for few results of which every file is read.</param>
    /// <exception cref="InvalidInputException">The result is gone.</exception>
    public async Task<IResultSource> OpenAsync(ResultAddress part, CancellationToken cancellationToken, Memory<byte> memory = default) =>
        store.Unpack(part, (await ReadMarkerAsync(part, cancellationToken)).Files, memory);

    /// <summary>
    /// Writes a result: its files first, then the marker that makes it visible. Whoever else writes the same result writes the same bytes,
    /// so it does not matter who is first.
    /// </summary>
    /// <param name="part">The result.</param>
    /// <param name="writeFiles">Writes its files, one after the other.</param>
    /// <param name="parts">What it merges, where it is a merge.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public async Task WriteAsync(
        ResultAddress part, Func<IResultSink, Task> writeFiles, IReadOnlyList<ResultAddress>? parts, CancellationToken cancellationToken)
    {
        await store.EnsureCreatedAsync(cancellationToken);
        using var sink = store.Pack(part, cancellationToken);
        await writeFiles(sink);
        var marker = new CommitMarker(part.Key, await sink.CompleteAsync()) { Parts = parts };
        await store.CreateJsonAsync(part.Marker(), marker, cancellationToken);
    }
}

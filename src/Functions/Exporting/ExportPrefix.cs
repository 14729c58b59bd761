using AeServerless.Engine.IO;
using AeServerless.Exports.Destinations;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Results;

namespace AeServerless.Functions.Exporting;

/// <summary>A prefix of the container of results that an export goes to. A blob is there once its last block is committed.</summary>
/// <param name="store">The container.</param>
/// <param name="prefix">The prefix, without a slash at its end.</param>
internal sealed class ExportPrefix(ResultStore store, string prefix) : IExportDestination
{
    private const string Lock = ExportFolder.Bookkeeping + "/lock";

    // An attempt that was given up may still be writing: whoever comes next waits, and takes what is whole then.
    public async ValueTask<IExportLock> LockAsync(CancellationToken cancellationToken) =>
        new PrefixLock(await store.LeaseAsync(Path(Lock), cancellationToken));

    public ValueTask<IExportFile> CreateAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IExportFile>(new PendingBlob(store.Create(Path(name), cancellationToken)));

    public async ValueTask<Stream?> OpenAsync(string name, CancellationToken cancellationToken) =>
        (await store.OpenAsync(Path(name), cancellationToken))?.Content;

    public async ValueTask<IReadOnlyList<string>> ListAsync(string names, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        await foreach (var blob in store.ListAsync($"{prefix}/{names}", cancellationToken))
        {
            found.Add(blob.Name[(prefix.Length + 1)..]);
        }

        return found;
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken) =>
        await store.DeleteAsync(Path(name), eTag: null, cancellationToken);

    private string Path(string name) => $"{prefix}/{BlobPath.Validate(name)}";

    private sealed class PrefixLock(WriteLease lease) : IExportLock
    {
        public CancellationToken Lost => lease.Lost;

        public ValueTask DisposeAsync() => lease.DisposeAsync();
    }

    private sealed class PendingBlob(ResultStream content) : IExportFile
    {
        public Stream Content => content;

        public async ValueTask CommitAsync(CancellationToken cancellationToken) => await content.CompleteAsync(cancellationToken);

        public ValueTask DisposeAsync() => content.DisposeAsync();
    }
}

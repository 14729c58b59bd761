namespace AeServerless.Exports.Destinations;

/// <summary>
/// The right to write into a destination, which one export at a time has. Disposing gives it back; it ends with the process.
/// </summary>
public interface IExportLock : IAsyncDisposable
{
    /// <summary>
    /// Cancelled where the right was lost before it was given back: another export may have it, and must not be disturbed.
    /// </summary>
    CancellationToken Lost { get; }
}

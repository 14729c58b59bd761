namespace AeServerless.Engine.IO;

/// <summary>
/// A file that is being written. It exists under its name once <see cref="CompleteAsync"/> returned; a stream that is disposed before that,
/// as it is when its writer fails, leaves nothing.
/// </summary>
public abstract class ResultStream : Stream
{
    /// <summary>Completes the file. Nothing is written after that.</summary>
    /// <exception cref="ObjectDisposedException">The file is complete or abandoned already.</exception>
    public abstract Task CompleteAsync(CancellationToken cancellationToken);
}

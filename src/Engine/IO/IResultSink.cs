namespace AeServerless.Engine.IO;

/// <summary>Where result files are written to.</summary>
public interface IResultSink
{
    /// <summary>
    /// Opens a new file for writing; one of the same name is replaced. Disposing the stream asynchronously completes the file: until then
    /// it does not exist under its name.
    /// </summary>
    /// <param name="name">Relative, with <c>/</c> between folders.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken);
}

namespace AeServerless.Engine.IO;

/// <summary>Where result files are written to.</summary>
public interface IResultSink
{
    /// <summary>
    /// Opens a new file for writing; one of the same name is replaced. The file exists under its name once the stream was told that it is
    /// complete.
    /// </summary>
    /// <param name="name">Relative, with <c>/</c> between folders.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    ValueTask<ResultStream> CreateAsync(string name, CancellationToken cancellationToken);
}

namespace AeServerless.Engine.IO;

/// <summary>A set of result files that were written through an <see cref="IResultSink"/>.</summary>
public interface IResultSource
{
    /// <summary>Relative names of all files, with <c>/</c> between folders, in ordinal order.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Opens one of <see cref="Names"/>. A source that holds a resource is <see cref="IDisposable"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such file.</exception>
    ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken);
}

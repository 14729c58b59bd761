using AeServerless.Engine;
using AeServerless.Engine.IO;

namespace AeServerless.Exports.Runs;

/// <summary>The result files of one run, in a folder or in blob storage. Safe for concurrent use.</summary>
public interface IRunFiles
{
    /// <summary>All files, in ordinal order of their names.</summary>
    ValueTask<IReadOnlyList<RunFile>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Opens a file for reading by ranges. A source that holds a resource is <see cref="IDisposable"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such file.</exception>
    ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken);
}

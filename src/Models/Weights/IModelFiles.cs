using AeServerless.Engine.IO;

namespace AeServerless.Models.Weights;

/// <summary>The files of a model's folder, wherever it lies. Safe for concurrent use.</summary>
public interface IModelFiles
{
    /// <summary>What messages call the folder.</summary>
    string Name { get; }

    /// <summary>
    /// Opens a file; null where there is none of the name. A source that holds a resource is <see cref="IDisposable"/>, and the caller's.
    /// </summary>
    /// <param name="name">A file name without folders.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    ValueTask<IByteSource?> TryOpenAsync(string name, CancellationToken cancellationToken);
}

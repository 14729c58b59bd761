namespace AeServerless.Exports.Destinations;

/// <summary>Where an export goes: a folder, or a prefix in a blob container. Files are there whole or not at all.</summary>
public interface IExportDestination
{
    /// <summary>Takes the right to write, which one export at a time has.</summary>
    /// <exception cref="Engine.InvalidInputException">Another export has it, and it is not waited for.</exception>
    ValueTask<IExportLock> LockAsync(CancellationToken cancellationToken);

    /// <summary>Begins a file. It is under its name once it was committed, and takes the place of one that had the name.</summary>
    /// <param name="name">Relative, with <c>/</c> between folders.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    ValueTask<IExportFile> CreateAsync(string name, CancellationToken cancellationToken);

    /// <summary>Opens a file for reading, or gives <see langword="null"/> where there is none.</summary>
    ValueTask<Stream?> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Names of all files under a prefix.</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Removes a file where there is one.</summary>
    ValueTask DeleteAsync(string name, CancellationToken cancellationToken);
}

using AeServerless.Engine.IO;
using AeServerless.Functions.Blobs;
using AeServerless.Models.Weights;

namespace AeServerless.Functions.Planning;

/// <summary>The files of a folder among a run's inputs.</summary>
/// <param name="folder">The folder, container first.</param>
/// <param name="inputs">The inputs by path.</param>
/// <param name="store">Where they are.</param>
internal sealed class InputFiles(string folder, IReadOnlyDictionary<string, InputBlob> inputs, InputStore store) : IModelFiles
{
    private readonly string _folder = folder.TrimEnd('/');

    public string Name => _folder;

    /// <summary>Whether a file is there.</summary>
    public bool Has(string name) => inputs.ContainsKey($"{_folder}/{name}");

    public ValueTask<IByteSource?> TryOpenAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult(inputs.TryGetValue($"{_folder}/{name}", out var blob) ? store.Open(blob) : null);
}

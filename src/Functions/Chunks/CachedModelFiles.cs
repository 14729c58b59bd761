using AeServerless.Engine.IO;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Runs;
using AeServerless.Models.Weights;

namespace AeServerless.Functions.Chunks;

/// <summary>The files of a run's model, read from the cache on disk.</summary>
internal sealed class CachedModelFiles(string model, IReadOnlyDictionary<string, InputBlob> inputs, ModelCache cache) : IModelFiles
{
    public string Name => model;

    public async ValueTask<IByteSource?> TryOpenAsync(string name, CancellationToken cancellationToken) =>
        inputs.TryGetValue(InputPaths.Beside(model, name), out var blob) ? await cache.OpenAsync(blob, cancellationToken) : null;
}

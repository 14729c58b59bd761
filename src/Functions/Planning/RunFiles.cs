using AeServerless.Engine.IO;
using AeServerless.Engine.Sources;
using AeServerless.Formats.Engines;
using AeServerless.Functions.Blobs;
using AeServerless.Models.Plans;

namespace AeServerless.Functions.Planning;

/// <summary>The inputs of a run as files, each in the version that the run was planned with.</summary>
internal sealed class RunFiles(IReadOnlyDictionary<string, InputBlob> inputs, InputStore store) : IStoredFiles
{
    /// <summary>Where plans of the run read from.</summary>
    public static PlanSources SourcesOf(IReadOnlyDictionary<string, InputBlob> inputs, InputStore store)
    {
        var files = new RunFiles(inputs, store);
        return new PlanSources(files.OpenAsync, new RecipeAutoencoders(files), new ModelReader());
    }

    public Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var prefix = folder + "/";
        IReadOnlyList<string> inside =
        [
            .. inputs.Keys
                .Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && path.AsSpan(prefix.Length).Count('/') <= 1)
                .Order(StringComparer.Ordinal),
        ];
        return Task.FromResult(inside);
    }

    public Task<IByteSource?> OpenAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult<IByteSource?>(inputs.TryGetValue(path, out var input) ? store.Open(input) : null);
}

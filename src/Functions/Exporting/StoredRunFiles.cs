using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Exports.Runs;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Exporting;

/// <summary>
/// A run's result files in storage. Their versions are hashes, so that a run that is finished again goes on with its exports.
/// </summary>
/// <param name="store">The container of results.</param>
/// <param name="runId">The run.</param>
/// <param name="files">Its files, by name.</param>
internal sealed class StoredRunFiles(ResultStore store, string runId, IReadOnlyList<ResultFile> files) : IRunFiles
{
    public ValueTask<IReadOnlyList<RunFile>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<RunFile>>([.. files.Select(file => new RunFile(file.Name, file.Length, file.Sha256))]);

    public ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken) =>
        files.FirstOrDefault(file => file.Name == name) is { } found
            ? ValueTask.FromResult(store.OpenSource($"{RunPaths.Of(runId)}/{name}", found.Length))
            : throw new InvalidInputException(name, $"is not a result of run {runId}");
}

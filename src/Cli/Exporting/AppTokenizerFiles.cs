using AeServerless.Cli.Api;
using AeServerless.Engine.IO;
using AeServerless.Models.Weights;

namespace AeServerless.Cli.Exporting;

/// <summary>The files of a run's tokenizer, read over the app's API.</summary>
/// <param name="app">The app.</param>
/// <param name="runId">The run.</param>
/// <param name="folder">The tokenizer's folder, container first.</param>
internal sealed class AppTokenizerFiles(AppClient app, string runId, string folder) : IModelFiles
{
    public string Name { get; } = folder.TrimEnd('/');

    /// <summary>Whether the run was planned with a file, and it has not changed.</summary>
    public async Task<bool> HasAsync(string name, CancellationToken cancellationToken) =>
        await TryOpenAsync(name, cancellationToken) is not null;

    public async ValueTask<IByteSource?> TryOpenAsync(string name, CancellationToken cancellationToken) =>
        await app.FindInputAsync(runId, $"{Name}/{name}", cancellationToken);
}

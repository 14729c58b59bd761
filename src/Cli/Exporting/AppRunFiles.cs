using AeServerless.Cli.Api;
using AeServerless.Contracts;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results;
using AeServerless.Exports.Runs;

namespace AeServerless.Cli.Exporting;

/// <summary>
/// A run's result files, read by ranges over the app's API. The id of a run is a hash of all that its results depend on: they have no
/// versions beside it.
/// </summary>
internal sealed class AppRunFiles : IRunFiles
{
    private readonly AppClient _app;
    private readonly string _runId;
    private readonly SortedDictionary<string, ResultListItem> _files;

    private AppRunFiles(AppClient app, string runId, SortedDictionary<string, ResultListItem> files) =>
        (_app, _runId, _files) = (app, runId, files);

    public static async Task<AppRunFiles> OpenAsync(AppClient app, string runId, CancellationToken cancellationToken)
    {
        var files = (await app.ResultsAsync(runId, cancellationToken)).Where(file => ResultNames.ContentsOf(file.Path) is not null);
        return new AppRunFiles(
            app, runId, new SortedDictionary<string, ResultListItem>(files.ToDictionary(file => file.Path), StringComparer.Ordinal));
    }

    public ValueTask<IReadOnlyList<RunFile>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<RunFile>>([.. _files.Values.Select(file => new RunFile(file.Path, file.Length, Version: ""))]);

    public ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken) => _files.TryGetValue(name, out var file)
        ? ValueTask.FromResult<IByteSource>(_app.OpenResult(_runId, file))
        : throw new InvalidInputException(name, $"is not a result of run {_runId}");
}

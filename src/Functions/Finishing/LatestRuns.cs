using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Finishing;

/// <summary>Knows the latest finished run of each recipe over each dataset.</summary>
public sealed class LatestRuns(ResultStore store)
{
    /// <summary>The prefix of the documents.</summary>
    public const string Root = "latest/";

    /// <summary>Compares a run's inputs with those of the latest run before it.</summary>
    public async Task<RunChanges> CompareAsync(string runId, RunRequest document, CancellationToken cancellationToken)
    {
        var latest = await store.ReadJsonAsync<LatestRun>(Path(document), cancellationToken);

        // A run that finishes twice is its own latest one.
        var previous = latest?.RunId == runId ? latest.Previous : latest?.RunId;
        var before = previous is null ? null : await store.ReadJsonAsync<RunRequest>(RunPaths.Request(previous), cancellationToken);
        if (before is null)
        {
            return new RunChanges(PreviousRun: null, [], [], []);
        }

        var (was, now) = (Identities(before), Identities(document));
        return new RunChanges(
            previous,
            [.. now.Keys.Where(path => was.TryGetValue(path, out var identity) && identity != now[path])],
            [.. now.Keys.Where(path => !was.ContainsKey(path))],
            [.. was.Keys.Where(path => !now.ContainsKey(path))]);
    }

    /// <summary>Makes a run the latest one.</summary>
    public async Task SetAsync(string runId, RunRequest document, CancellationToken cancellationToken)
    {
        var latest = await store.ReadJsonAsync<LatestRun>(Path(document), cancellationToken);
        if (latest?.RunId != runId)
        {
            await store.WriteJsonAsync(Path(document), new LatestRun(runId, latest?.RunId), cancellationToken);
        }
    }

    private static SortedDictionary<string, string> Identities(RunRequest document) =>
        new(document.Inputs.ToDictionary(input => input.Path, input => input.Identity()), StringComparer.Ordinal);

    private static string Path(RunRequest document) => $"{Root}{ResultKey.Hash([document.Dataset, document.Recipe.GetRawText()])}.json";
}

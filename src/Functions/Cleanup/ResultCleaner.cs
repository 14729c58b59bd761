using AeServerless.Contracts;
using AeServerless.Functions.Finishing;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Cleanup;

/// <summary>
/// Removes results that no kept run refers to, those used longest ago first. It needs no lock against runs: results are listed before what
/// runs refer to is read, a run writes what it refers to before it claims a result, and nothing is removed that was written since the
/// listing began.
/// </summary>
public sealed class ResultCleaner(ResultStore store, TimeProvider clock)
{
    private const int Parallelism = 8;

    // Runs and results that a report names.
    private const int MaxNamed = 50;

    // A run that failed or was ended may be started again, and what its chunks wrote is not lost on it.
    private static readonly TimeSpan UnfinishedRunsKept = TimeSpan.FromDays(1);

    /// <summary>Finds what is not needed, and removes it where that is asked for.</summary>
    /// <param name="options">Whether to remove, and which runs are kept.</param>
    /// <param name="isInFlight">Whether a run is under way.</param>
    /// <param name="cancellationToken">Cancels the cleanup; what it has removed by then is whole results.</param>
    public async Task<CleanupReport> CleanAsync(
        CleanupOptions options, Func<string, CancellationToken, Task<bool>> isInFlight, CancellationToken cancellationToken)
    {
        var startedAt = await store.ReadClockAsync(cancellationToken);
        var results = await ListResultsAsync(cancellationToken);
        var runs = await ListRunsAsync(cancellationToken);
        var kept = await KeptAsync(options, runs, isInFlight, cancellationToken);
        var needed = await NeededAsync(kept, cancellationToken);

        var expired = runs.Except(kept).OrderBy(run => run.LastModified).ToList();
        var unneeded = results.Where(result => !needed.Contains(result.Key)).OrderBy(result => result.LastUsed).ToList();
        if (options.Apply)
        {
            unneeded = await RemoveAsync(unneeded, startedAt, cancellationToken);
            foreach (var run in expired)
            {
                await RemoveUnderAsync(RunPaths.Of(run.RunId) + "/", startedAt, cancellationToken);
            }
        }

        return new CleanupReport
        {
            Applied = options.Apply,
            KeptRuns = kept.Count,
            RemovedRuns = expired.Count,
            KeptResults = results.Count - unneeded.Count,
            RemovedResults = unneeded.Count,
            RemovedBytes = unneeded.Sum(result => result.Bytes) + expired.Sum(run => run.Bytes),
            Removed = [.. expired.Select(run => RunPaths.Of(run.RunId)).Concat(unneeded.Select(result => result.Prefix)).Take(MaxNamed)],
        };
    }

    private async Task<List<ListedResult>> ListResultsAsync(CancellationToken cancellationToken)
    {
        var results = new List<ListedResult>();
        foreach (var area in (string[])["chunks/", "merges/"])
        {
            await foreach (var file in store.ListAsync(area, cancellationToken))
            {
                // chunks/{two digits}/{key}/…: names come in order, so the files of a result follow each other.
                var segments = file.Name.Split('/', 4);
                var prefix = string.Join('/', segments.Take(3));
                if (results.Count == 0 || results[^1].Prefix != prefix)
                {
                    results.Add(new ListedResult(prefix));
                }

                results[^1].Add(file);
            }
        }

        return results;
    }

    private async Task<List<ListedRun>> ListRunsAsync(CancellationToken cancellationToken)
    {
        var runs = new List<ListedRun>();
        await foreach (var file in store.ListAsync(RunPaths.Root, cancellationToken))
        {
            var runId = file.Name.Split('/', 3)[1];
            if (runs.Count == 0 || runs[^1].RunId != runId)
            {
                runs.Add(new ListedRun(runId));
            }

            runs[^1].Add(file);
        }

        return runs;
    }

    private async Task<List<ListedRun>> KeptAsync(
        CleanupOptions options,
        List<ListedRun> runs,
        Func<string, CancellationToken, Task<bool>> isInFlight,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var latest = await LatestAsync(cancellationToken);
        var kept = new List<ListedRun>();
        foreach (var run in runs)
        {
            var age = now - run.LastModified;
            var isKept = run.IsFinished
                ? options.RetentionDays == 0 || age < TimeSpan.FromDays(options.RetentionDays) || latest.Contains(run.RunId)
                : age < UnfinishedRunsKept;
            if (isKept || await isInFlight(run.RunId, cancellationToken))
            {
                kept.Add(run);
            }
        }

        return kept;
    }

    private async Task<HashSet<string>> LatestAsync(CancellationToken cancellationToken)
    {
        var latest = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var file in store.ListAsync(LatestRuns.Root, cancellationToken))
        {
            if (await store.ReadJsonAsync<LatestRun>(file.Name, cancellationToken) is { } run)
            {
                latest.Add(run.RunId);
            }
        }

        return latest;
    }

    private async Task<HashSet<string>> NeededAsync(List<ListedRun> runs, CancellationToken cancellationToken)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in runs)
        {
            var roots = new List<ResultAddress>();
            foreach (var name in run.Groups.Order(StringComparer.Ordinal))
            {
                if (await store.ReadJsonAsync<ChunkGroup>(name, cancellationToken) is { } group)
                {
                    AddWithMerges(needed, group.Results());
                    roots.Add(MergeTree.Root(group.Results()));
                }
            }

            AddWithMerges(needed, roots);
        }

        return needed;
    }

    private static void AddWithMerges(HashSet<string> needed, IReadOnlyList<ResultAddress> leaves)
    {
        needed.UnionWith(leaves.Select(leaf => leaf.Key));
        needed.UnionWith(MergeTree.Build(leaves).SelectMany(level => level).Select(node => node.Result.Key));
    }

    private async Task<List<ListedResult>> RemoveAsync(
        List<ListedResult> results, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var removed = new List<ListedResult>();
        foreach (var batch in results.Chunk(Parallelism))
        {
            var removedNow = await Task.WhenAll(batch.Select(result => RemoveAsync(result, startedAt, cancellationToken)));
            removed.AddRange(batch.Where((_, index) => removedNow[index]));
        }

        return removed;
    }

    private async Task<bool> RemoveAsync(ListedResult result, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        // Without its marker the result does not exist; with a new version someone is about to use it.
        if (result.Marker is { } marker && !await store.DeleteAsync(marker, result.MarkerVersion, cancellationToken))
        {
            return false;
        }

        await RemoveUnderAsync(result.Prefix + "/", startedAt, cancellationToken);
        return true;
    }

    private async Task RemoveUnderAsync(string prefix, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        await foreach (var file in store.ListAsync(prefix, cancellationToken))
        {
            // Once the marker is gone, a run may write the result anew: what it writes stays.
            if (file.LastModified < startedAt)
            {
                await store.DeleteAsync(file.Name, file.ETag, cancellationToken);
            }
        }
    }
}

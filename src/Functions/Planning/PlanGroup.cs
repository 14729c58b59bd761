using AeServerless.Functions.Merging;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Planning;

/// <summary>Finds out which results of a group are stored already.</summary>
public sealed class PlanGroup(RunDocuments documents, ResultRepository results, ResultStore store)
{
    private const int Parallelism = 8;

    /// <summary>Lists the chunks to compute, and notes the others for the run's provenance.</summary>
    [Function(nameof(PlanGroup))]
    public async Task<GroupStart> RunAsync([ActivityTrigger] GroupReference reference, CancellationToken cancellationToken)
    {
        var group = await documents.GroupAsync(reference.RunId, reference.Group, cancellationToken);
        var stored = await ClaimAsync(group, cancellationToken);
        var merged = stored.All(chunk => chunk) && await results.ClaimAsync(MergeTree.Root(group.Results()), cancellationToken);

        await store.WriteJsonAsync(RunPaths.Reused(reference.RunId, reference.Group), stored, cancellationToken);
        int[] missing = [.. Enumerable.Range(0, stored.Length).Where(chunk => !stored[chunk])];
        var tokens = group.Chunks.Where((_, chunk) => stored[chunk]).Sum(chunk => (long)chunk.Range.Tokens);
        return new GroupStart(missing, stored.Length - missing.Length, tokens, merged);
    }

    private async Task<bool[]> ClaimAsync(ChunkGroup group, CancellationToken cancellationToken)
    {
        var stored = new bool[group.Chunks.Count];
        var addresses = group.Results();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, stored.Length),
            options,
            async (chunk, token) => stored[chunk] = await results.ClaimAsync(addresses[chunk], token));
        return stored;
    }
}

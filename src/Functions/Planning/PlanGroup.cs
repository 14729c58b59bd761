using AeServerless.Engine;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Storage;

namespace AeServerless.Functions.Planning;

/// <summary>Finds out what of a group is there already.</summary>
public sealed class PlanGroup(RunDocuments documents, StoredResults results, ResultStore store)
{
    private const int Parallelism = 8;

    /// <summary>Lists the chunks to compute, and notes the others for the run's provenance.</summary>
    [Function(nameof(PlanGroup))]
    public async Task<GroupStart> RunAsync([ActivityTrigger] GroupReference group, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        try
        {
            var plan = await documents.GroupAsync(group.RunId, group.Group, cancellationToken);
            var there = await ClaimAsync(plan, cancellationToken);
            var merged = there.All(chunk => chunk) && await results.ClaimAsync(MergeTree.Root(plan.Results()), cancellationToken);

            await store.WriteJsonAsync(RunPaths.Reused(group.RunId, group.Group), there, cancellationToken);
            int[] missing = [.. Enumerable.Range(0, there.Length).Where(chunk => !there[chunk])];
            var tokens = plan.Chunks.Where((_, chunk) => there[chunk]).Sum(chunk => (long)chunk.Range.Tokens);
            return new GroupStart(missing, there.Length - missing.Length, tokens, merged);
        }
        catch (InvalidInputException error)
        {
            return new GroupStart([], Reused: 0, ReusedTokens: 0, Merged: false) { Failure = Failure.Of(error) };
        }
    }

    private async Task<bool[]> ClaimAsync(GroupPlan plan, CancellationToken cancellationToken)
    {
        var there = new bool[plan.Chunks.Count];
        var parts = plan.Results();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, there.Length), options, async (chunk, token) => there[chunk] = await results.ClaimAsync(parts[chunk], token));
        return there;
    }
}

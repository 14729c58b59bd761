using AeServerless.Engine;
using AeServerless.Functions.Runs;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Merging;

/// <summary>Merges the results of a node of a run's merge tree.</summary>
public sealed class MergeGroup(RunDocuments documents, StoredResults results, MergeWorker worker, ILogger<MergeGroup> logger)
{
    /// <summary>Merges, unless the node's result is there: of an attempt before, or of any run with the same parts.</summary>
    [Function(nameof(MergeGroup))]
    public async Task<MergeOutcome> RunAsync([ActivityTrigger] MergeReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        try
        {
            var node = await FindAsync(reference, cancellationToken);
            if (!node.IsMerge() || await results.ClaimAsync(node.Result, cancellationToken))
            {
                return new MergeOutcome(Computed: false);
            }

            using var span = RunSpans.Start("merge", reference.RunId);
            var seconds = (await worker.MergeAsync(node, cancellationToken)).TotalSeconds;
            Telemetry.MergeSeconds.Record(seconds);
            Log.Merged(logger, reference.RunId, node.Parts.Count, seconds, node.Result.Key);
            return new MergeOutcome(Computed: true);
        }
        catch (InvalidInputException error)
        {
            return new MergeOutcome(Computed: false) { Failure = Failure.Of(error) };
        }
    }

    private async Task<MergeNode> FindAsync(MergeReference reference, CancellationToken cancellationToken)
    {
        var leaves = reference.Group is { } group
            ? (await documents.GroupAsync(reference.RunId, group, cancellationToken)).Results()
            : (await documents.PlanAsync(reference.RunId, cancellationToken)).Groups;
        return MergeTree.Build(leaves)[reference.Level][reference.Node];
    }
}

using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Merging;

/// <summary>Merges the results of a node of a run's merge tree.</summary>
public sealed class MergeGroup(RunDocuments documents, ResultRepository results, MergeWorker worker, ILogger<MergeGroup> logger)
{
    /// <summary>Merges, unless the node's result is stored: by an attempt before, or by any run with the same parts.</summary>
    [Function(nameof(MergeGroup))]
    public async Task RunAsync([ActivityTrigger] MergeReference reference, CancellationToken cancellationToken)
    {
        var node = await FindAsync(reference, cancellationToken);
        if (!node.IsMerge() || await results.ClaimAsync(node.Result, cancellationToken))
        {
            return;
        }

        using var span = RunSpans.Start("merge", reference.RunId);
        var seconds = (await worker.MergeAsync(node, cancellationToken)).TotalSeconds;
        Telemetry.MergeSeconds.Record(seconds);
        Log.Merged(logger, reference.RunId, node.Parts.Count, seconds, node.Result.Key);
    }

    private async Task<MergeNode> FindAsync(MergeReference reference, CancellationToken cancellationToken)
    {
        var leaves = reference.Group is { } group
            ? (await documents.GroupAsync(reference.RunId, group, cancellationToken)).Results()
            : (await documents.PlanAsync(reference.RunId, cancellationToken)).Groups;
        return MergeTree.Build(leaves)[reference.Level][reference.Node];
    }
}

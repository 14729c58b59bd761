using System.Diagnostics;
using AeServerless.Engine;
using AeServerless.Engine.Results;
using AeServerless.Functions.Runs;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Merging;

/// <summary>Merges the results of a node of a run's merge tree.</summary>
public sealed class MergeGroup(RunDocuments documents, StoredResults results, ILogger<MergeGroup> logger)
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

            var watch = Stopwatch.StartNew();
            using var span = RunSpans.Start("merge", reference.RunId);
            await MergeAsync(node, cancellationToken);
            Telemetry.MergeSeconds.Record(watch.Elapsed.TotalSeconds);
            Log.Merged(logger, reference.RunId, node.Parts.Count, watch.Elapsed.TotalSeconds, node.Result.Key);
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

    private async Task MergeAsync(MergeNode node, CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(node.Parts.Select(part => results.OpenAsync(part, cancellationToken, inMemory: true)));
        await results.WriteAsync(
            node.Result,
            sink => ResultMerger.MergeAsync(parts, sink, cancellationToken, ResultContents.Aggregates),
            node.Parts,
            cancellationToken);
    }
}

using AeServerless.Engine.Results.Summary;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Finishing;

/// <summary>Which tokens of a run did not count.</summary>
/// <param name="Tokens">How many, in each scalar's and each autoencoder's statistics.</param>
/// <param name="MedianNorms">The medians that norms were compared with.</param>
public sealed record RunExclusions(IReadOnlyList<ExcludedCounts> Tokens, IReadOnlyList<ShardNorm> MedianNorms)
{
    /// <summary>What a run excluded; <see langword="null"/> where neither the recipe nor the dataset excludes tokens.</summary>
    public static RunExclusions? Of(RunSummary summary, RunPlan plan)
    {
        ExcludedCounts[] counts =
        [
            .. summary.Autoencoders.Where(one => one.Excluded is not null)
                .Select(one => new ExcludedCounts(one.Autoencoder, one.Layer, Scalar: null, one.Excluded!)),
            .. summary.Scalars.Where(one => one.Excluded is not null)
                .Select(one => new ExcludedCounts(one.Autoencoder, one.Layer, one.Scalar, one.Excluded!)),
        ];
        return counts.Length == 0 && summary.MedianNorms.Count == 0 ? null : new RunExclusions(counts, [.. Norms(summary, plan)]);
    }

    private static IEnumerable<ShardNorm> Norms(RunSummary summary, RunPlan plan)
    {
        foreach (var norms in summary.MedianNorms.GroupBy(norm => (norm.Autoencoder, norm.Layer)))
        {
            var ordered = norms.OrderBy(norm => norm.FirstSequence).ToList();
            var (first, at) = (0L, 0);
            foreach (var shard in plan.Shards)
            {
                while (at + 1 < ordered.Count && ordered[at + 1].FirstSequence <= first)
                {
                    at++;
                }

                var median = ordered[at].Norm;
                yield return new ShardNorm(norms.Key.Autoencoder, norms.Key.Layer, shard.Path, double.IsNaN(median) ? null : median);
                first += shard.Sequences;
            }
        }
    }
}

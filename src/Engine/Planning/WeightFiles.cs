using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph;

namespace AeServerless.Engine.Planning;

/// <summary>The files whose weights a plan computes with.</summary>
public static class WeightFiles
{
    /// <summary>
    /// Paths of the autoencoders and of the model, container first, in order; results depend on no other file of weights.
    /// </summary>
    public static IReadOnlyList<string> UsedBy(DerivationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var needs = plan.Nodes.SelectMany(node => node.Weights).Distinct().ToList();
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var key in needs.Select(need => need.Autoencoder).OfType<AutoencoderKey>())
        {
            foreach (var file in plan.Context.FilesOf(plan.Recipe, key))
            {
                files.Add(file);
            }
        }

        if (plan.Context.ModelPath is { } model && (plan.Runs.Count > 0 || needs.Any(need => NeedsModel(plan, need))))
        {
            files.Add(model);
        }

        return [.. files];
    }

    // What an autoencoder writes goes through a sublayer's output weight where it is on neurons or heads.
    private static bool NeedsModel(DerivationPlan plan, WeightNeed need) => need.Kind switch
    {
        WeightKind.Autoencoder => false,
        WeightKind.WriteDirections or WeightKind.WriteNorms =>
            !plan.Recipe.Autoencoder(need.Autoencoder!.Value.Name).Target!.Value.IsOnStream(),
        _ => true,
    };
}

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
            files.Add(plan.Recipe.Autoencoder(key.Name).PathOf(key.Layer));
        }

        if (plan.Context.ModelPath is { } model && (plan.Runs.Count > 0 || needs.Any(need => NeedsModel(plan, need))))
        {
            files.Add(model);
        }

        return [.. files];
    }

    // What an autoencoder writes goes through the MLP's output weight where the autoencoder is on the neurons.
    private static bool NeedsModel(DerivationPlan plan, WeightNeed need) => need.Kind switch
    {
        WeightKind.Autoencoder => false,
        WeightKind.WriteDirections or WeightKind.WriteNorms =>
            plan.Recipe.Autoencoder(need.Autoencoder!.Value.Name).Input == AutoencoderInput.MlpPostAct,
        _ => true,
    };
}

using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Derivation;

/// <summary>The files whose weights a plan computes with.</summary>
public static class WeightFiles
{
    /// <summary>Paths of the autoencoders and of the model, container first, in order; results depend on no other file of weights.</summary>
    public static IReadOnlyList<string> Of(DerivationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var needs = plan.Nodes.SelectMany(node => node.Weights).Distinct().ToList();
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var key in needs.Select(need => need.Autoencoder).OfType<AutoencoderKey>())
        {
            files.Add(Reference(plan, key).PathOf(key.Layer));
        }

        if (plan.Context.ModelPath is { } model && needs.Any(need => NeedsModel(plan, need)))
            files.Add(model);
        return [.. files];
    }

    // What an autoencoder writes goes through the MLP's output weight where the autoencoder is on the neurons.
    private static bool NeedsModel(DerivationPlan plan, WeightNeed need) => need.Kind switch
    {
        WeightKind.Autoencoder => false,
        WeightKind.WriteDirections or WeightKind.WriteNorms => Reference(plan, need.Autoencoder!.Value).Input == AutoencoderInput.MlpPostAct,
        _ => true,
    };

    private static Recipes.AutoencoderReference Reference(DerivationPlan plan, AutoencoderKey key) =>
        plan.Recipe.Autoencoders.First(autoencoder => autoencoder.Name == key.Name);
}

using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph;

namespace AeServerless.Engine.Planning;

/// <summary>
/// How much memory autoencoders take while a plan is computed, and what their latents write. The model's own weights are small beside them.
/// </summary>
internal static class WeightMemory
{
    /// <summary>Autoencoders and directions of a plan, with their bytes.</summary>
    public static IReadOnlyList<(string What, long Bytes)> Of(DerivationPlan plan)
    {
        var needs = plan.Nodes.SelectMany(node => node.Weights).Distinct().ToList();
        var memory = new List<(string, long)>();
        foreach (var key in needs.Select(need => need.Autoencoder).OfType<AutoencoderKey>().Distinct())
        {
            var header = plan.Context.Autoencoders[key];
            memory.Add(($"{key}  [{header.LatentCount}, {header.InputSize}]", OfAutoencoder(header.LatentCount, header.InputSize)));
            if (needs.Exists(need => need.Autoencoder == key && need.Kind is WeightKind.WriteDirections or WeightKind.WriteNorms)
                && plan.Recipe.Autoencoder(key.Name).Input == AutoencoderInput.MlpPostAct)
            {
                memory.Add(($"what {key} writes", OfDirections(header.LatentCount, plan.Context.Model.ModelWidth)));
            }
        }

        return memory;
    }

    /// <summary>An encoder in float32 and in int8, and a decoder in float32.</summary>
    internal static long OfAutoencoder(int latents, int width) => (5L * latents * width) + OfDirections(latents, width);

    private static long OfDirections(int latents, int width)
    {
        const long Columns = LatentDirections.BlockColumns;
        return 4L * latents * ((width + Columns - 1) / Columns * Columns);
    }
}

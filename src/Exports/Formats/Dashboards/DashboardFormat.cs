using AeServerless.Engine;
using AeServerless.Exports.Formats.Profiled;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>What SAEDashboard's and Neuronpedia's formats share: features in batches.</summary>
public abstract class DashboardFormat : ProfiledFormat
{
    private protected override void Check(ExportSession session)
    {
        var options = session.Options.Dashboard;
        if (options.Folded && session.Run.Directions is null)
        {
            throw new InvalidInputException("dashboard.folded", "needs the autoencoder's directions, which were not handed in");
        }

        if (options.FeaturesPerBatch < 1 || options.Bands < 1)
        {
            throw new InvalidInputException("dashboard", "needs featuresPerBatch and bands of 1 or more");
        }

        session.Lose("of each latent, figures, a histogram of 50 bins and examples are kept");
        session.Lose(options.Folded
            ? "values are multiplied by the norm of the latent's decoder row"
            : "values are those of the latents themselves: SAEDashboard multiplies them by the norm of the decoder row");
        if (options.Decimals >= 0)
        {
            session.Lose($"numbers are rounded to {options.Decimals} decimals, shares to five");
        }

        if (session.Run.Directions is null)
        {
            session.Lose("the autoencoder's directions were not handed in: logits and neuron_alignment are empty");
        }

        if (session.Run.Activations is null)
        {
            session.Lose("the hook's activations were not handed in: correlated_neurons is empty");
        }
    }

    /// <summary>Equal groups of at most so many features, the larger ones first.</summary>
    private protected static int[] Groups(int features, int most)
    {
        var groups = Math.Max(1, (features + most - 1) / most);
        var bounds = new int[groups + 1];
        for (var group = 0; group < groups; group++)
        {
            bounds[group + 1] = bounds[group] + (features / groups) + (group < features % groups ? 1 : 0);
        }

        return bounds;
    }

    private protected static string SourceSet(ExportSession session, LatentScalar scalar) =>
        session.Options.Dashboard.SourceSet.Length > 0 ? session.Options.Dashboard.SourceSet : scalar.Name;
}

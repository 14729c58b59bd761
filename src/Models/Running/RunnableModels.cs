using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Models.Configuration;
using AeServerless.Models.Families;
using AeServerless.Models.Plans;
using AeServerless.Models.Recording;

namespace AeServerless.Models.Running;

/// <summary>What models can be run for.</summary>
public static class RunnableModels
{
    // Sequences that costs are estimated for.
    private const int UsualLength = 512;

    /// <summary>Reads a model's <c>config.json</c>.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="manifest">The dataset that it is run over: its gradients are what the manifest says.</param>
    /// <exception cref="InvalidInputException">The configuration is not understood: the message names the key.</exception>
    public static RunnableModel Describe(byte[] json, string path, DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(manifest);
        var architecture = ModelFamilies.Read(json, path).Architecture;
        var tensors = new Dictionary<string, RecordedTensor>(StringComparer.Ordinal);
        foreach (var location in ActivationLocation.All.Where(location => IsOf(location, architecture)))
        {
            int?[] layers = ModelLocations.HasLayers(location)
                ? [.. Enumerable.Range(0, architecture.Layers.Count).Select(layer => (int?)layer)]
                : [null];
            foreach (var (layer, pass) in layers.SelectMany(layer => Enum.GetValues<PassType>(), (layer, pass) => (layer, pass)))
            {
                tensors.Add(
                    TensorNames.Format(location, pass, layer),
                    new RecordedTensor(ModelLocations.Width(location, architecture), sizeof(float), IsRun: true));
            }
        }

        return new RunnableModel(
            ModelReader.Dimensions(architecture), tensors, wanted => Estimate(Request(wanted, manifest.Backward, path), architecture));
    }

    /// <summary>What the model has to record for tensors by the names of shards.</summary>
    /// <param name="tensors">The names.</param>
    /// <param name="backward">What gradients are of; the mean cross-entropy of the next token where null.</param>
    /// <param name="subject">What messages call the manifest.</param>
    public static RecordingRequest Request(IReadOnlyList<string> tensors, BackwardDescription? backward, string subject)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var names = tensors.Select(tensor => TensorNames.Parse(tensor, tensor)).ToList();
        IReadOnlyList<ActivationSite> Sites(PassType pass) =>
            [.. names.Where(name => name.Pass == pass).Select(name => new ActivationSite(name.Location, name.Layer))];
        var loss = backward?.Loss == LossKind.LogitDifference
            ? LossDescription.LogitDifference(backward.Targets, backward.AntiTargets)
            : LossDescription.CrossEntropy;
        return new RecordingRequest
        {
            Forward = Sites(PassType.Forward),
            Backward = Sites(PassType.Backward) is { Count: > 0 } sites
                ? [new GradientRequest(loss, sites) { Trace = Trace(backward, subject) }]
                : [],
        };
    }

    private static TraceConfiguration? Trace(BackwardDescription? backward, string subject) =>
        backward is null ? null : BackwardPass.FromManifest(backward, subject).Trace;

    private static bool IsOf(string location, Architecture architecture) =>
        ModelLocations.All.Contains(location) && ModelLocations.Exists(location, architecture);

    private static RunEstimate Estimate(RecordingRequest request, Architecture a)
    {
        var layers = request.LayersNeeded(a);
        var backward = request.Backward.Count > 0;
        var heads = (long)a.Heads * a.HeadWidth;
        var projections = a.Width * (heads + 2L * a.KeyValueHeads * a.HeadWidth) + heads * a.Width;
        var weights = layers * (projections + (a.GatedMlp ? 3L : 2L) * a.Width * a.MlpWidth);
        var head = request.NeedsHead ? (long)a.Vocabulary * a.Width : 0;

        // A query meets the keys before it, half of the sequence on average, once as a key and once as a value.
        var attention = 2.0 * layers * UsualLength * heads;
        var forward = 2.0 * (weights + head) + attention;
        var live = 4L * a.Width + 2L * a.MlpWidth + 4 * heads;

        // A backward pass computes each layer again, then its gradient; weights have none. Memory holds what each layer reads, and one
        // graph.
        var inputs = backward ? (long)layers * a.Width : 0;
        return new RunEstimate(
            layers,
            a.Layers.Count,
            backward,
            backward ? 3 * forward - 2.0 * head : forward,
            weights + (long)a.Vocabulary * a.Width + (a.TiedEmbeddings ? 0 : head),
            sizeof(float) * RunBatches.MostTokens * (backward ? inputs + 2 * live : live));
    }
}

using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Models;
using AeServerless.Models.Configuration;
using AeServerless.Models.Recording;

namespace AeServerless.Capture;

/// <summary>Which sites of a model a capture records, and what its shards look like.</summary>
internal sealed class CapturePlan
{
    private readonly HookedModel _model;
    private readonly CaptureRequest _request;

    /// <summary>Plans a capture.</summary>
    /// <exception cref="InvalidInputException">A layer or location that the model, as it is hooked, does not have.</exception>
    public CapturePlan(HookedModel model, CaptureRequest request)
    {
        _model = model;
        _request = request;
        ValidateLayers();
        var online = model.Autoencoders.Where(autoencoder => request.Layers.Contains(autoencoder.Layer)).SelectMany(autoencoder =>
            (ActivationSite[])
            [
                new(autoencoder.LatentLocation, autoencoder.Layer), new(autoencoder.ErrorLocation, autoencoder.Layer),
            ]).ToList();
        Forward = Ordered(request.Locations.SelectMany(Sites).Concat(online));
        Backward = request.Backward is null ? [] : Ordered(
            [.. request.BackwardLocations.SelectMany(Sites), .. online, .. Final(request.Backward)]);
        Request = new RecordingRequest
        {
            Forward = Forward,
            Backward = request.Backward is { } backward ? [Gradients(backward)] : [],
        };
    }

    /// <summary>Recorded on the forward pass.</summary>
    public IReadOnlyList<ActivationSite> Forward { get; }

    /// <summary>Recorded on the backward pass.</summary>
    public IReadOnlyList<ActivationSite> Backward { get; }

    /// <summary>What the model is asked for.</summary>
    public RecordingRequest Request { get; }

    private Architecture Architecture => _model.Architecture;

    /// <summary>The tensors of a shard: tokens, lengths, then what is recorded.</summary>
    public IReadOnlyList<TensorSpec> Tensors(IReadOnlyList<int[]> sequences)
    {
        var tokens = sequences.Sum(sequence => (long)sequence.Length);
        TensorSpec Recorded(ActivationSite site, PassType pass) =>
            new(TensorNames.Format(site.Location, pass, site.Layer), _request.Dtype, [tokens, .. RowShape(site)]);
        return
        [
            new(TensorNames.Tokens, TensorDtype.I64, [tokens]),
            new(TensorNames.SequenceLengths, TensorDtype.I32, [sequences.Count]),
            .. Forward.Select(site => Recorded(site, PassType.Forward)),
            .. Backward.Select(site => Recorded(site, PassType.Backward)),
        ];
    }

    private static IReadOnlyList<ActivationSite> Ordered(IEnumerable<ActivationSite> sites) =>
    [
        .. sites.Distinct().OrderBy(site => site.Layer ?? -1)
            .ThenBy(site => ActivationLocation.All.Index().First(entry => entry.Item == site.Location).Index),
    ];

    private static bool IsOnline(ActivationSite site) => site.Location.StartsWith("online_", StringComparison.Ordinal);

    // The gradient behind the last layer, which derived scalars of a loss begin with. A trace has none there.
    private IEnumerable<ActivationSite> Final(BackwardDescription backward) => backward.Kind == BackwardKind.Loss
        ? [new ActivationSite(ActivationLocation.ResidPostMlp, Architecture.Layers.Count - 1)]
        : [];

    private GradientRequest Gradients(BackwardDescription backward)
    {
        var loss = backward.Loss == LossKind.LogitDifference
            ? LossDescription.LogitDifference(backward.Targets, backward.AntiTargets)
            : LossDescription.CrossEntropy;
        return new GradientRequest(loss, Backward) { Trace = BackwardPass.FromManifest(backward, "the trace").Trace };
    }

    private IEnumerable<ActivationSite> Sites(string location)
    {
        if (!ActivationLocation.IsKnown(location))
        {
            throw new InvalidInputException(
                $"location '{OneLineText.Clip(location)}'", $"is unknown; known are {string.Join(", ", ActivationLocation.All)}");
        }

        if (!ActivationLocation.HasLayers(location))
        {
            return [new ActivationSite(location, null)];
        }

        var sites = _request.Layers.Select(layer => new ActivationSite(location, layer)).ToList();
        if (sites.FirstOrDefault(site => IsOnline(site) && Hook(site) is null) is { Location: not null } missing)
        {
            throw new InvalidInputException(
                $"location {location}", $"is recorded of an autoencoder in the forward pass, and layer {missing.Layer} has none that fits");
        }

        return sites;
    }

    private HookedAutoencoder? Hook(ActivationSite site) => _model.Autoencoders.FirstOrDefault(autoencoder =>
        autoencoder.Layer == site.Layer
        && (site.Location == autoencoder.LatentLocation
            || site.Location == autoencoder.ErrorLocation
            || (site.Location == ActivationLocation.OnlineAutoencoderLatent && _model.AutoencodersHaveOneInput)));

    private long[] RowShape(ActivationSite site) => site.Location switch
    {
        ActivationLocation.AttnQ or ActivationLocation.AttnVOut => [Architecture.Heads, Architecture.HeadWidth],
        ActivationLocation.AttnK or ActivationLocation.AttnV => [Architecture.KeyValueHeads, Architecture.HeadWidth],
        _ when !IsOnline(site) => [ModelLocations.Width(site.Location, Architecture)],
        _ when site.Location == Hook(site)!.ErrorLocation => [Hook(site)!.InputSize],
        _ => [Hook(site)!.LatentCount],
    };

    private void ValidateLayers()
    {
        if (_request.Layers.Count == 0)
        {
            throw new InvalidInputException("layers", "are empty; at least one is needed");
        }

        foreach (var layer in _request.Layers)
        {
            if (layer < 0 || layer >= Architecture.Layers.Count)
            {
                throw new InvalidInputException(
                    $"layer {layer}", $"is not in the model, which has layers 0 to {Architecture.Layers.Count - 1}");
            }
        }
    }
}

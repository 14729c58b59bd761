using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Sources;

/// <summary>Inputs, latents and errors of autoencoders: read where they were recorded, else derived.</summary>
internal sealed class AutoencoderSources(Recipe recipe, PlanGraph graph)
{
    private readonly Dictionary<AutoencoderKey, (ResolvedAutoencoder Autoencoder, bool Online)> _encoded = [];

    private ModelDimensions Model => graph.Context.Model;

    /// <summary>
    /// Token metrics of each autoencoder that the plan has latents of: of the online ones where there are both. An autoencoder whose
    /// latents are recorded, and its input not, has none.
    /// </summary>
    public IReadOnlyList<PlannedMetrics> Metrics()
    {
        var metrics = new List<PlannedMetrics>();
        foreach (var (autoencoder, online) in _encoded.Values)
        {
            if (!HasInput(autoencoder))
            {
                continue;
            }

            var input = online ? OnlineInput(autoencoder) : OfflineInput(autoencoder);
            var latents = online ? OnlineLatents(autoencoder) : OfflineLatents(autoencoder);
            var target = autoencoder.IsTranscoder ? Target(autoencoder) : input;
            var error = graph.Add(new ErrorNode(autoencoder.Key, input, target, latents));
            var map = autoencoder.Header.InputMap;
            metrics.Add(new PlannedMetrics(
                autoencoder.Key,
                map.Centred ? graph.Add(new CentredNode(map, target)) : target,
                latents,
                error,
                InputGradient(autoencoder)));
        }

        return [.. metrics.OrderBy(metric => metric.Autoencoder.Name, StringComparer.Ordinal).ThenBy(metric => metric.Autoencoder.Layer)];
    }

    /// <summary>The autoencoder's true input: for <c>resid_delta_mlp</c> with the MLP's output bias.</summary>
    public DenseNode OnlineInput(ResolvedAutoencoder autoencoder) => Value(autoencoder, autoencoder.Input);

    /// <summary>The activation that the autoencoder reconstructs: its input, but for transcoders.</summary>
    public DenseNode Target(ResolvedAutoencoder autoencoder) => Value(autoencoder, autoencoder.Output);

    /// <summary>
    /// The scale of the norm between what the autoencoder reconstructs and the residual stream; <see langword="null"/> where there is none.
    /// </summary>
    public PostNormScaleNode? PostNormScale(ResolvedAutoencoder autoencoder)
    {
        if (!Model.PostNorms || autoencoder.Output.IsOnStream())
        {
            return null;
        }

        var sublayer = autoencoder.Sublayer;
        var location = sublayer == Sublayer.Attention ? ActivationLocation.AttnOutPreNorm : ActivationLocation.MlpOutPreNorm;
        var layer = autoencoder.Layer;
        var recorded = graph.Recorded(location, PassType.Forward, layer, Model.ModelWidth);
        var output = recorded
            ?? (DenseNode)graph.Add(new SublayerOutputNode(sublayer, layer, Target(autoencoder), Model.ModelWidth, bias: true));
        graph.Decide(
            $"{location} of layer {layer}", recorded is not null,
            recorded?.Tensor ?? $"{TensorNames.Format(location, PassType.Forward, layer)} is not recorded: {output.Key}");
        return graph.Add(new PostNormScaleNode(sublayer, layer, output, Model.LayerNormEpsilon));
    }

    /// <summary>
    /// What the MLP adds to the residual stream, rebuilt from its neurons, through the norm behind it where there is one.
    /// </summary>
    public DenseNode MlpDelta(int layer, DenseNode neurons, bool bias)
    {
        var output = graph.Add(new SublayerOutputNode(Sublayer.Mlp, layer, neurons, Model.ModelWidth, bias));
        return Model.PostNorms
            ? graph.Add(new PostNormNode(output, graph.Add(new PostNormScaleNode(Sublayer.Mlp, layer, output, Model.LayerNormEpsilon))))
            : output;
    }

    /// <summary>
    /// The input that offline latents are encoded from: the true one, but that the reference leaves out the MLP's output bias.
    /// </summary>
    public DenseNode OfflineInput(ResolvedAutoencoder autoencoder)
    {
        if (!recipe.ReferenceCompatible || autoencoder.Input != AutoencoderInput.ResidDeltaMlp)
        {
            return OnlineInput(autoencoder);
        }

        var layer = autoencoder.Layer;
        var postAct = PostAct(layer) ?? throw Missing(autoencoder, ActivationLocation.MlpPostAct, "", layer);
        graph.Decide($"resid.delta_mlp of layer {layer} without its bias", false, $"{postAct.Tensor} · W_out, as the reference does");
        return graph.Add(new SublayerOutputNode(Sublayer.Mlp, layer, postAct, Model.ModelWidth, bias: false));
    }

    /// <summary>Latents of a forward pass that goes through the autoencoder.</summary>
    public SparseNode OnlineLatents(ResolvedAutoencoder autoencoder)
    {
        _encoded[autoencoder.Key] = (autoencoder, true);
        var what = $"online latents of {autoencoder.Key}";
        var (recorded, why) = RecordedLatents(autoencoder, PassType.Forward);
        if (recorded is not null)
        {
            graph.Decide(what, true, recorded.Tensor);
            return graph.Add(new NonZerosNode(autoencoder.Header, recorded));
        }

        var node = Encode(autoencoder, OnlineInput(autoencoder));
        graph.Decide(what, false, $"{why}: encoded from {autoencoder.Input.Location()}");
        return node;
    }

    /// <summary>Latents encoded from the plain activations.</summary>
    public SparseNode OfflineLatents(ResolvedAutoencoder autoencoder)
    {
        _encoded.TryAdd(autoencoder.Key, (autoencoder, false));
        return Encode(autoencoder, OfflineInput(autoencoder));
    }

    /// <summary>
    /// Latents in the scale in which they are written: where a reconstruction is brought back to its input's scale, each token's by its
    /// own.
    /// </summary>
    public SparseNode Written(ResolvedAutoencoder autoencoder, SparseNode latents) => autoencoder.Header.InputMap.UndoesNorm
        ? graph.Add(new UndoneNormNode(autoencoder.Key, autoencoder.Header.InputMap, latents, OnlineInput(autoencoder)))
        : latents;

    /// <summary>Latents of one autoencoder of a given input.</summary>
    public SparseNode Encode(ResolvedAutoencoder autoencoder, DenseNode input) =>
        graph.Add(new EncodedNode(autoencoder.Key, autoencoder.Header, input));

    /// <summary>What the autoencoder failed to reconstruct.</summary>
    public DenseNode Error(ResolvedAutoencoder autoencoder)
    {
        var what = $"error of {autoencoder.Key}";
        var (recorded, why) = RecordedError(autoencoder, PassType.Forward);
        if (recorded is not null)
        {
            graph.Decide(what, true, recorded.Tensor);
            return recorded;
        }

        var node = graph.Add(new ErrorNode(
            autoencoder.Key, OnlineInput(autoencoder), Target(autoencoder), OnlineLatents(autoencoder)));
        graph.Decide(what, false, $"{why}: {autoencoder.Output.Location()} − decode(latents)");
        return node;
    }

    /// <summary>The recorded latents or their gradient; or why there are none that certainly belong to this autoencoder.</summary>
    public (RecordedRows? Rows, string Why) RecordedLatents(ResolvedAutoencoder autoencoder, PassType pass)
    {
        var specific = $"online_{autoencoder.NodeType.Prefix()}_latent";
        var ofNodeType = recipe.Autoencoders.Count(other => other.ExplainedNode == autoencoder.NodeType);
        var why = "";
        string[] names = recipe.Autoencoders.Count == 1 ? [specific, ActivationLocation.OnlineAutoencoderLatent] : [specific];
        foreach (var name in names)
        {
            var tensor = TensorNames.Format(name, pass, autoencoder.Layer);
            if (!graph.Context.Tensors.TryGetValue(tensor, out var recorded))
            {
                why = why.Length > 0 ? why : $"{tensor} is not recorded";
            }
            else if (ofNodeType > 1)
            {
                why = $"{tensor} could be of any of the {ofNodeType} autoencoders of that node type";
            }
            else if (recorded.Width != autoencoder.Header.LatentCount)
            {
                why = $"{tensor} has {recorded.Width} latents, the autoencoder {autoencoder.Header.LatentCount}";
            }
            else
            {
                return (graph.Recorded(name, pass, autoencoder.Layer, recorded.Width), "");
            }
        }

        return (null, why);
    }

    /// <summary>The recorded error or its gradient; or why there is none that certainly belongs to this autoencoder.</summary>
    public (RecordedRows? Rows, string Why) RecordedError(ResolvedAutoencoder autoencoder, PassType pass)
    {
        var location = (autoencoder.IsTranscoder, autoencoder.Input) switch
        {
            (false, AutoencoderInput.MlpPostAct) => ActivationLocation.OnlineMlpAutoencoderError,
            (false, AutoencoderInput.ResidDeltaMlp) => ActivationLocation.OnlineResidualMlpAutoencoderError,
            (false, AutoencoderInput.ResidDeltaAttn) => ActivationLocation.OnlineResidualAttentionAutoencoderError,
            _ => null,
        };
        if (location is null)
        {
            return (null, $"errors at {autoencoder.Output.Location()} are not recorded");
        }

        var tensor = TensorNames.Format(location, pass, autoencoder.Layer);
        if (graph.Context.Tensors.ContainsKey(tensor) && recipe.Autoencoders.Count(other => other.Input == autoencoder.Input) > 1)
        {
            return (null, $"{tensor} could be of any of the autoencoders on {RecipeNames.NameOf(autoencoder.Input)}");
        }

        var rows = graph.Recorded(location, pass, autoencoder.Layer, autoencoder.Header.InputSize);
        return (rows, rows is null ? $"{tensor} is not recorded" : "");
    }

    private DenseNode Value(ResolvedAutoencoder autoencoder, AutoencoderInput place)
    {
        var (location, layer) = (place.Location(), autoencoder.RecordedLayer(place));
        var what = layer is null ? location : $"{location} of layer {layer}";
        if (graph.Recorded(location, PassType.Forward, layer, Model.WidthOf(place)) is { } recorded)
        {
            graph.Decide(what, true, recorded.Tensor);
            return recorded;
        }

        var isRebuilt = place == AutoencoderInput.ResidDeltaMlp;
        if (isRebuilt && PostAct(autoencoder.Layer) is { } postAct)
        {
            graph.Decide(
                what, false,
                $"{TensorNames.Format(location, PassType.Forward, layer)} is not recorded: {postAct.Tensor} · W_out + output bias");
            return MlpDelta(autoencoder.Layer, postAct, bias: true);
        }

        throw Missing(autoencoder, location, isRebuilt ? " (or mlp.post_act)" : "", layer);
    }

    private bool HasInput(ResolvedAutoencoder autoencoder) =>
        Has(autoencoder, autoencoder.Input) && (!autoencoder.IsTranscoder || Has(autoencoder, autoencoder.Output));

    private bool Has(ResolvedAutoencoder autoencoder, AutoencoderInput place) =>
        graph.Context.Tensors.ContainsKey(TensorNames.Format(place.Location(), PassType.Forward, autoencoder.RecordedLayer(place)))
        || (place == AutoencoderInput.ResidDeltaMlp && PostAct(autoencoder.Layer) is not null);

    /// <summary>
    /// The loss's gradient at the autoencoder's input, for the norms of tokens: where it is in the shards, or the backward pass is run
    /// anyway. What is added to the residual stream without a norm behind it has the stream's gradient.
    /// </summary>
    private RecordedRows? InputGradient(ResolvedAutoencoder autoencoder)
    {
        if (!recipe.Outputs.HasFlag(RecipeOutputs.Tokens) || graph.Context.Backward is { Trace: not null })
        {
            return null;
        }

        var stream = (autoencoder.Input, Model.PostNorms) switch
        {
            (AutoencoderInput.ResidDeltaMlp, false) => ActivationLocation.ResidPostMlp,
            (AutoencoderInput.ResidDeltaAttn, false) =>
                Model.ParallelResidual ? ActivationLocation.ResidPostMlp : ActivationLocation.ResidPostAttn,
            _ => null,
        };
        var isRun = graph.Nodes.OfType<RecordedRows>().Any(
            rows => rows.Recorded.IsRun && rows.Tensor.Contains($"/{PassType.Backward}/", StringComparison.OrdinalIgnoreCase));
        foreach (var location in (string?[])[autoencoder.Input.Location(), stream])
        {
            var layer = autoencoder.RecordedLayer(autoencoder.Input);
            if (location is not null
                && graph.Context.Tensors.TryGetValue(TensorNames.Format(location, PassType.Backward, layer), out var recorded)
                && (isRun || !recorded.IsRun))
            {
                return graph.Recorded(location, PassType.Backward, layer, Model.WidthOf(autoencoder.Input));
            }
        }

        return null;
    }

    private RecordedRows? PostAct(int layer) => graph.Recorded(ActivationLocation.MlpPostAct, PassType.Forward, layer, Model.NeuronWidth);

    private InvalidInputException Missing(ResolvedAutoencoder autoencoder, string location, string alternative, int? layer)
    {
        var tensor = TensorNames.Format(location, PassType.Forward, layer);
        return new InvalidInputException(
            graph.Context.Dataset,
            $"tensor {tensor} is missing, and latents of {autoencoder.Key} can't be derived without it; capture the dataset with "
            + $"{location}{alternative} recorded{(layer is null ? "" : $" at layer {layer}")}");
    }
}

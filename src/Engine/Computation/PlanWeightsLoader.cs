using System.Diagnostics;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Kernels;
using AeServerless.Engine.Graph;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Computation;

/// <summary>Loads what a plan computes with, and nothing else.</summary>
public sealed class PlanWeightsLoader
{
    private readonly DerivationPlan _plan;
    private readonly Func<string, CancellationToken, Task<IByteSource>> _open;
    private readonly PlanWeights _weights = new();
    private readonly PlanSources _sources;
    private IModelWeights? _model;

    private PlanWeightsLoader(DerivationPlan plan, Func<string, CancellationToken, Task<IByteSource>> open, PlanSources sources)
    {
        _plan = plan;
        _open = open;
        _sources = sources;
    }

    private ModelDimensions Dimensions => _plan.Context.Model;

    /// <summary>Loads the weights of a plan whose model is a GPT-2 and whose autoencoders are of this project's own format.</summary>
    /// <inheritdoc cref="LoadAsync(DerivationPlan, Func{string, CancellationToken, Task{IByteSource}}, PlanSources, CancellationToken)"/>
    public static Task<PlanWeights> LoadAsync(
        DerivationPlan plan, Func<string, CancellationToken, Task<IByteSource>> open, CancellationToken cancellationToken) =>
        LoadAsync(plan, open, PlanSources.OwnFormat(async (path, cancel) => await open(path, cancel)), cancellationToken);

    /// <summary>Loads the weights that <paramref name="plan"/> needs.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="open">
    /// Opens a path of the recipe or the manifest, container first, such as <c>models/mine/model.safetensors</c>; what is disposable is
    /// disposed.
    /// </param>
    /// <param name="sources">Reads autoencoders, and models of other families.</param>
    /// <param name="cancellationToken">Cancels loading.</param>
    /// <exception cref="InvalidInputException">A file isn't what the plan took it for; names file and tensor.</exception>
    public static async Task<PlanWeights> LoadAsync(
        DerivationPlan plan,
        Func<string, CancellationToken, Task<IByteSource>> open,
        PlanSources sources,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(sources);
        var loader = new PlanWeightsLoader(plan, open, sources);
        try
        {
            await loader.LoadNeedsAsync(cancellationToken);
            return loader._weights;
        }
        catch
        {
            loader._weights.Dispose();
            throw;
        }
        finally
        {
            loader._model?.Dispose();
        }
    }

    /// <summary>What the latents of one autoencoder write to the residual stream, where they write to it.</summary>
    /// <inheritdoc cref="LoadAsync(DerivationPlan, Func{string, CancellationToken, Task{IByteSource}}, PlanSources, CancellationToken)"/>
    /// <returns>
    /// <c>[latents, d_model]</c>, through the weight of a norm behind the sublayer where there is one; null for an autoencoder that
    /// reconstructs what a sublayer reads.
    /// </returns>
    public static async Task<LatentDirections?> LoadDirectionsAsync(
        DerivationPlan plan,
        AutoencoderKey key,
        Func<string, CancellationToken, Task<IByteSource>> open,
        PlanSources sources,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var target = plan.Recipe.Autoencoder(key.Name).Target!.Value;
        if (!target.IsOnStream() && target is not (AutoencoderInput.MlpPostAct or AutoencoderInput.AttnVOut))
        {
            return null;
        }

        var loader = new PlanWeightsLoader(plan, open, sources);
        try
        {
            loader._weights.Add(key, await loader.LoadAutoencoderAsync(key, cancellationToken));
            var directions = await loader.WriteDirectionsAsync(key, cancellationToken);
            return target.IsOnStream() || !loader.Dimensions.PostNorms
                ? directions
                : await loader.ThroughPostNormAsync(directions, SublayerOf(target), key.Layer, cancellationToken);
        }
        finally
        {
            loader._weights.Dispose();
            loader._model?.Dispose();
        }
    }

    private async Task LoadNeedsAsync(CancellationToken cancellationToken)
    {
        var needs = _plan.Nodes.SelectMany(node => node.Weights).Distinct().OrderBy(need => need.Kind).ThenBy(need => need.Layer).ToList();
        foreach (var key in needs.Select(need => need.Autoencoder).OfType<AutoencoderKey>().Distinct())
        {
            _weights.Add(key, await LoadAutoencoderAsync(key, cancellationToken));
        }

        foreach (var need in needs)
        {
            switch (need.Kind)
            {
                case WeightKind.Autoencoder:
                    break;
                case WeightKind.Block:
                    _weights.Add(need.Layer, await (await ModelAsync(cancellationToken)).BlockAsync(need.Layer, cancellationToken));
                    break;
                case WeightKind.Unembedding:
                    _weights.Add(await UnembeddingAsync(cancellationToken));
                    break;
                case WeightKind.WriteDirections:
                    await WriteDirectionsAsync(need.Autoencoder!.Value, cancellationToken);
                    break;
                default:
                    await ArrayAsync(need, cancellationToken);
                    break;
            }
        }
    }

    private async Task<IModelWeights> ModelAsync(CancellationToken cancellationToken)
    {
        var path = _plan.Context.ModelPath
            ?? throw new InvalidInputException(
                _plan.Context.Dataset, "its manifest names no model, and the recipe needs the model's weights");
        return _model ??= Dimensions.IsGpt2
            ? await Gpt2Weights.OpenAsync(await _open(path, cancellationToken), Dimensions, cancellationToken)
            : await _sources.OpenModelAsync(path, cancellationToken);
    }

    private async Task<UnembeddingWeights> UnembeddingAsync(CancellationToken cancellationToken) =>
        await ModelAsync(cancellationToken) is Gpt2Weights model
            ? await UnembeddingWeights.LoadAsync(model.Tensors, Dimensions, cancellationToken)
            : throw new InvalidInputException(_plan.Context.ModelPath!, "the gradient of a loss is recomputed for GPT-2 models alone");

    private async Task<Autoencoder> LoadAutoencoderAsync(AutoencoderKey key, CancellationToken cancellationToken)
    {
        var autoencoder = await _sources.LoadAsync(_plan.Recipe.Autoencoder(key.Name), key.Layer, cancellationToken);
        var header = _plan.Context.Autoencoders[key];
        return autoencoder.InputSize == header.InputSize && autoencoder.LatentCount == header.LatentCount
            ? autoencoder
            : throw new InvalidInputException(autoencoder.Name, "it has changed since the run was planned; start the run again");
    }

    private async Task<float[]> ArrayAsync(WeightNeed need, CancellationToken cancellationToken)
    {
        if (_weights.TryGet(need, out var known))
        {
            return known;
        }

        var values = need.Kind switch
        {
            WeightKind.WriteNorms => await WriteNormsAsync(need.Autoencoder!.Value, cancellationToken),
            WeightKind.MlpOut or WeightKind.MlpOutTransposed or WeightKind.MlpOutBias or WeightKind.MlpOutNorms
                or WeightKind.MlpPostNorm => await SublayerAsync(Sublayer.Mlp, need, cancellationToken),
            _ => await SublayerAsync(Sublayer.Attention, need, cancellationToken),
        };
        _weights.Add(need, values);
        return values;
    }

    private async Task<float[]> SublayerAsync(Sublayer sublayer, WeightNeed need, CancellationToken cancellationToken)
    {
        var layer = need.Layer;
        if (need.Kind == sublayer.Out())
        {
            return await (await ModelAsync(cancellationToken)).OutputAsync(sublayer, layer, cancellationToken);
        }

        if (need.Kind == sublayer.OutBias())
        {
            return await (await ModelAsync(cancellationToken)).OutputBiasAsync(sublayer, layer, cancellationToken);
        }

        if (need.Kind == sublayer.PostNorm())
        {
            return await (await ModelAsync(cancellationToken)).PostNormAsync(sublayer, layer, cancellationToken);
        }

        var output = await OutputAsync(sublayer, layer, cancellationToken);
        var width = Dimensions.ModelWidth;
        if (need.Kind == sublayer.OutTransposed())
        {
            return LatentWrites.Transpose(output, output.Length / width, width);
        }

        return need.Kind == sublayer.OutNorms()
            ? SparseKernels.RowNorms(await ThroughPostNormAsync(output, sublayer, layer, cancellationToken), width)
            : throw new UnreachableException($"{need.Kind} is not one array");
    }

    private Task<float[]> OutputAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken) =>
        ArrayAsync(new WeightNeed(sublayer.Out(), layer), cancellationToken);

    /// <summary>Rows times the weight of the norm behind a sublayer, where the model has one. <c>[rows, d_model]</c>.</summary>
    private async Task<float[]> ThroughPostNormAsync(float[] rows, Sublayer sublayer, int layer, CancellationToken cancellationToken)
    {
        if (!Dimensions.PostNorms)
        {
            return rows;
        }

        var weight = await ArrayAsync(new WeightNeed(sublayer.PostNorm(), layer), cancellationToken);
        return [.. rows.Select((value, i) => value * weight[i % weight.Length])];
    }

    private async Task<LatentDirections> ThroughPostNormAsync(
        LatentDirections directions, Sublayer sublayer, int layer, CancellationToken cancellationToken)
    {
        var scaled = new LatentDirections(directions.Latents, directions.Width);
        for (var latent = 0; latent < directions.Latents; latent++)
        {
            scaled.SetRows(latent, await ThroughPostNormAsync(directions.Row(latent), sublayer, layer, cancellationToken));
        }

        return scaled;
    }

    private async Task<float[]> WriteNormsAsync(AutoencoderKey key, CancellationToken cancellationToken)
    {
        var directions = await WriteDirectionsAsync(key, cancellationToken);
        var target = _plan.Recipe.Autoencoder(key.Name).Target!.Value;
        if (!Dimensions.PostNorms || target.IsOnStream())
        {
            return directions.Norms();
        }

        var norms = new float[directions.Latents];
        for (var latent = 0; latent < norms.Length; latent++)
        {
            norms[latent] = SparseKernels.RowNorms(
                await ThroughPostNormAsync(directions.Row(latent), SublayerOf(target), key.Layer, cancellationToken), directions.Width)[0];
        }

        return norms;
    }

    private static Sublayer SublayerOf(AutoencoderInput place) =>
        place == AutoencoderInput.AttnVOut ? Sublayer.Attention : Sublayer.Mlp;

    private async Task<LatentDirections> WriteDirectionsAsync(AutoencoderKey key, CancellationToken cancellationToken)
    {
        if (_weights.TryGet(key, out var known))
        {
            return known;
        }

        var autoencoder = _weights.Autoencoder(key);
        var target = _plan.Recipe.Autoencoder(key.Name).Target!.Value;
        var directions = target.IsOnStream()
            ? autoencoder.Decoder
            : LatentWrites.Through(
                autoencoder, await OutputAsync(SublayerOf(target), key.Layer, cancellationToken), Dimensions.ModelWidth);
        _weights.Add(key, directions);
        return directions;
    }
}

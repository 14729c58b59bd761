using System.Diagnostics;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Kernels;
using AeServerless.Engine.Graph;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Computation;

/// <summary>Loads what a plan computes with, and nothing else.</summary>
public sealed class PlanWeightsLoader
{
    private readonly DerivationPlan _plan;
    private readonly Func<string, CancellationToken, Task<IByteSource>> _open;
    private readonly PlanWeights _weights = new();
    private IByteSource? _modelSource;
    private ModelTensors? _model;

    private PlanWeightsLoader(DerivationPlan plan, Func<string, CancellationToken, Task<IByteSource>> open)
    {
        _plan = plan;
        _open = open;
    }

    private ModelDimensions Dimensions => _plan.Context.Model;

    /// <summary>Loads the weights that <paramref name="plan"/> needs.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="open">
    /// Opens a path of the recipe or the manifest, container first, such as <c>models/mine/model.safetensors</c>; what is disposable is
    /// disposed.
    /// </param>
    /// <param name="cancellationToken">Cancels loading.</param>
    /// <exception cref="InvalidInputException">A file isn't what the plan took it for; names file and tensor.</exception>
    public static async Task<PlanWeights> LoadAsync(
        DerivationPlan plan, Func<string, CancellationToken, Task<IByteSource>> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(open);
        var loader = new PlanWeightsLoader(plan, open);
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
            (loader._modelSource as IDisposable)?.Dispose();
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
                    _weights.Add(need.Layer, await BlockWeights.LoadAsync(
                        await ModelAsync(cancellationToken), need.Layer, Dimensions, cancellationToken));
                    break;
                case WeightKind.Unembedding:
                    _weights.Add(await UnembeddingWeights.LoadAsync(await ModelAsync(cancellationToken), Dimensions, cancellationToken));
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

    private async Task<ModelTensors> ModelAsync(CancellationToken cancellationToken)
    {
        var path = _plan.Context.ModelPath
            ?? throw new InvalidInputException(
                _plan.Context.Dataset, "its manifest names no model, and the recipe needs the model's weights");
        _modelSource ??= await _open(path, cancellationToken);
        return _model ??= new ModelTensors(await SafetensorsFile.OpenAsync(_modelSource, cancellationToken));
    }

    private async Task<Autoencoder> LoadAutoencoderAsync(AutoencoderKey key, CancellationToken cancellationToken)
    {
        var source = await _open(_plan.Recipe.Autoencoder(key.Name).PathOf(key.Layer), cancellationToken);
        using var release = source as IDisposable;
        var autoencoder = await Autoencoder.LoadAsync(await SafetensorsFile.OpenAsync(source, cancellationToken), cancellationToken);
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

        var (neurons, width) = (Dimensions.NeuronWidth, Dimensions.ModelWidth);
        var values = need.Kind switch
        {
            WeightKind.MlpOut => await ReadAsync("mlp.c_proj.weight", [neurons, width]),
            WeightKind.MlpOutBias => await ReadAsync("mlp.c_proj.bias", [width]),
            WeightKind.MlpOutTransposed => LatentWrites.Transpose(await MlpOutAsync(need.Layer, cancellationToken), neurons, width),
            WeightKind.MlpOutNorms => SparseKernels.RowNorms(await MlpOutAsync(need.Layer, cancellationToken), width),
            WeightKind.WriteNorms => (await WriteDirectionsAsync(need.Autoencoder!.Value, cancellationToken)).Norms(),
            _ => throw new UnreachableException($"{need.Kind} is not one array"),
        };
        _weights.Add(need, values);
        return values;

        async Task<float[]> ReadAsync(string name, long[] shape) =>
            await (await ModelAsync(cancellationToken)).ReadFloatsAsync(need.Layer, name, shape, cancellationToken);
    }

    private Task<float[]> MlpOutAsync(int layer, CancellationToken cancellationToken) =>
        ArrayAsync(new WeightNeed(WeightKind.MlpOut, layer), cancellationToken);

    private async Task<LatentDirections> WriteDirectionsAsync(AutoencoderKey key, CancellationToken cancellationToken)
    {
        if (_weights.TryGet(key, out var known))
        {
            return known;
        }

        var autoencoder = _weights.Autoencoder(key);
        var directions = _plan.Recipe.Autoencoder(key.Name).Input == AutoencoderInput.MlpPostAct
            ? LatentWrites.Through(autoencoder, await MlpOutAsync(key.Layer, cancellationToken), Dimensions.ModelWidth)
            : autoencoder.Decoder;
        _weights.Add(key, directions);
        return directions;
    }
}

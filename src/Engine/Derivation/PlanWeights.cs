using System.Collections.Concurrent;
using System.Diagnostics;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Derivation;

/// <summary>
/// The parts of the model and of the autoencoders that a plan computes with, and what follows from them alone (what latents write, norms). Load
/// it once and compute any number of chunks with it.
/// </summary>
public sealed class PlanWeights : IDisposable
{
    private readonly Dictionary<WeightNeed, float[]> _floats = [];
    private readonly Dictionary<AutoencoderKey, LatentDirections> _writes = [];
    private readonly Dictionary<AutoencoderKey, Autoencoder> _autoencoders = [];
    private readonly Dictionary<int, BlockWeights> _blocks = [];
    private readonly ConcurrentDictionary<AutoencoderKey, Lazy<ScreenChoice>> _screens = [];

    private UnembeddingWeights? _unembedding;

    private PlanWeights()
    {
    }

    /// <summary>Loads what <paramref name="plan"/> needs and nothing else.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="open">Opens a path of the recipe or the manifest, container first, such as <c>models/mine/model.safetensors</c>; what is disposable is disposed.</param>
    /// <param name="cancellationToken">Cancels loading.</param>
    /// <exception cref="InvalidInputException">A file isn't what the plan took it for; names file and tensor.</exception>
    public static async Task<PlanWeights> LoadAsync(
        DerivationPlan plan, Func<string, CancellationToken, Task<IByteSource>> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(open);
        var weights = new PlanWeights();
        try
        {
            await weights.LoadNeedsAsync(plan, open, cancellationToken).ConfigureAwait(false);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _unembedding?.Dispose();
        foreach (var screens in _screens.Values.Where(screens => screens.IsValueCreated))
            screens.Value.Dispose();
        foreach (var block in _blocks.Values)
            block.Dispose();
    }

    internal float[] Floats(WeightNeed need) => _floats[need];

    /// <summary>What an autoencoder's latents write to the residual stream, <c>[latents, d_model]</c>; for plans that need it.</summary>
    public LatentDirections WriteDirections(AutoencoderKey autoencoder) => _writes[autoencoder];

    internal Autoencoder Autoencoder(AutoencoderKey autoencoder) => _autoencoders[autoencoder];

    /// <summary>What all encoders of an autoencoder screen with. Screens are made when they are needed.</summary>
    internal ScreenChoice Screens(AutoencoderKey autoencoder) => _screens.GetOrAdd(
        autoencoder, key => new Lazy<ScreenChoice>(() => new ScreenChoice(Autoencoder(key), Screening.Auto))).Value;

    internal BlockWeights Block(int layer) => _blocks[layer];

    internal UnembeddingWeights Unembedding => _unembedding!;

    private async Task LoadNeedsAsync(
        DerivationPlan plan, Func<string, CancellationToken, Task<IByteSource>> open, CancellationToken cancellationToken)
    {
        var needs = plan.Nodes.SelectMany(node => node.Weights).Distinct().OrderBy(need => need.Kind).ThenBy(need => need.Layer).ToList();
        foreach (var key in needs.Where(need => need.Autoencoder is not null).Select(need => need.Autoencoder!.Value).Distinct())
            _autoencoders.Add(key, await LoadAutoencoderAsync(plan, key, open, cancellationToken).ConfigureAwait(false));

        IByteSource? modelSource = null;
        ModelTensors? model = null;
        async Task<ModelTensors> ModelAsync()
        {
            var path = plan.Context.ModelPath
                ?? throw new InvalidInputException(plan.Context.Dataset, "its manifest names no model, and the recipe needs the model's weights");
            modelSource ??= await open(path, cancellationToken).ConfigureAwait(false);
            return model ??= new ModelTensors(await SafetensorsFile.OpenAsync(modelSource, cancellationToken).ConfigureAwait(false));
        }

        try
        {
            foreach (var need in needs)
            {
                if (need.Kind == WeightKind.Block)
                {
                    var tensors = await ModelAsync().ConfigureAwait(false);
                    _blocks.Add(
                        need.Layer, await BlockWeights.LoadAsync(tensors, need.Layer, plan.Context.Model, cancellationToken).ConfigureAwait(false));
                }
                else if (need.Kind == WeightKind.Unembedding)
                {
                    var tensors = await ModelAsync().ConfigureAwait(false);
                    _unembedding = await UnembeddingWeights.LoadAsync(tensors, plan.Context.Model, cancellationToken).ConfigureAwait(false);
                }
                else if (need.Kind == WeightKind.WriteDirections)
                {
                    await WritesAsync(plan, need.Autoencoder!.Value, ModelAsync, cancellationToken).ConfigureAwait(false);
                }
                else if (need.Kind != WeightKind.Autoencoder)
                {
                    await FloatsAsync(plan, need, ModelAsync, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            (modelSource as IDisposable)?.Dispose();
        }
    }

    private static async Task<Autoencoder> LoadAutoencoderAsync(
        DerivationPlan plan, AutoencoderKey key, Func<string, CancellationToken, Task<IByteSource>> open, CancellationToken cancellationToken)
    {
        var reference = plan.Recipe.Autoencoders.First(autoencoder => autoencoder.Name == key.Name);
        var source = await open(reference.PathOf(key.Layer), cancellationToken).ConfigureAwait(false);
        using var release = source as IDisposable;
        var file = await SafetensorsFile.OpenAsync(source, cancellationToken).ConfigureAwait(false);
        var autoencoder = await Autoencoders.Autoencoder.LoadAsync(file, cancellationToken).ConfigureAwait(false);
        var header = plan.Context.Autoencoders[key];
        return autoencoder.InputSize == header.InputSize && autoencoder.LatentCount == header.LatentCount
            ? autoencoder
            : throw new InvalidInputException(autoencoder.Name, "it has changed since the run was planned; start the run again");
    }

    private async Task<float[]> FloatsAsync(
        DerivationPlan plan, WeightNeed need, Func<Task<ModelTensors>> model, CancellationToken cancellationToken)
    {
        if (_floats.TryGetValue(need, out var known))
            return known;
        var (neurons, width) = (plan.Context.Model.NeuronWidth, plan.Context.Model.ModelWidth);
        async Task<float[]> MlpOut() =>
            await FloatsAsync(plan, new WeightNeed(WeightKind.MlpOut, need.Layer), model, cancellationToken).ConfigureAwait(false);

        float[] values;
        switch (need.Kind)
        {
            case WeightKind.MlpOut:
                values = await (await model().ConfigureAwait(false)).ReadFloatsAsync(need.Layer, "mlp.c_proj.weight", [neurons, width], cancellationToken)
                    .ConfigureAwait(false);
                break;
            case WeightKind.MlpOutBias:
                values = await (await model().ConfigureAwait(false)).ReadFloatsAsync(need.Layer, "mlp.c_proj.bias", [width], cancellationToken)
                    .ConfigureAwait(false);
                break;
            case WeightKind.MlpOutTransposed:
                values = LatentWrites.Transpose(await MlpOut().ConfigureAwait(false), neurons, width);
                break;
            case WeightKind.MlpOutNorms:
                values = SparseKernels.RowNorms(await MlpOut().ConfigureAwait(false), width);
                break;
            case WeightKind.WriteNorms:
                values = (await WritesAsync(plan, need.Autoencoder!.Value, model, cancellationToken).ConfigureAwait(false)).Norms();
                break;
            default:
                throw new UnreachableException($"{need.Kind} is not one array");
        }

        _floats[need] = values;
        return values;
    }

    private async Task<LatentDirections> WritesAsync(
        DerivationPlan plan, AutoencoderKey key, Func<Task<ModelTensors>> model, CancellationToken cancellationToken)
    {
        if (_writes.TryGetValue(key, out var known))
            return known;
        var autoencoder = _autoencoders[key];
        var writes = autoencoder.Decoder;
        if (plan.Recipe.Autoencoders.First(reference => reference.Name == key.Name).Input == AutoencoderInput.MlpPostAct)
        {
            var mlpOut = await FloatsAsync(plan, new WeightNeed(WeightKind.MlpOut, key.Layer), model, cancellationToken).ConfigureAwait(false);
            writes = LatentWrites.Through(autoencoder, mlpOut, plan.Context.Model.ModelWidth);
        }

        _writes.Add(key, writes);
        return writes;
    }
}

using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Planning;

/// <summary>
/// Reads what a plan has to know: headers of the first shard, the model's configuration, headers of autoencoders. A plan on a disk and a
/// run over storage read the same.
/// </summary>
/// <param name="sources">Where autoencoders and models are read from.</param>
/// <param name="describe">
/// Reads a model's <c>config.json</c>, whose path it is told, for what running it takes; <see langword="null"/> where no model is run.
/// </param>
public sealed class PlanContextReader(
    PlanSources sources, Func<byte[], string, DatasetManifest, RunnableModel>? describe = null)
{
    /// <summary>The largest <c>config.json</c> that is read, in bytes.</summary>
    public const int MaxConfigBytes = 1 << 20;

    // What gradients of a dataset of tokens are of where its manifest does not say.
    private static readonly BackwardDescription UsualLoss = new() { Kind = BackwardKind.Loss, Loss = LossKind.CrossEntropy };

    /// <summary>What is known of a dataset.</summary>
    /// <param name="dataset">Its name.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="manifestPath">What messages call the manifest.</param>
    /// <param name="recipe">The recipe whose autoencoders are looked for.</param>
    /// <param name="shard">The dataset's first shard.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="InvalidInputException">A file breaks its format or does not fit the manifest.</exception>
    public async Task<PlanContext> ReadAsync(
        string dataset, DatasetManifest manifest, string manifestPath, Recipe recipe, Shard shard, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(shard);
        var (dimensions, runnable) = await ModelAsync(manifest, shard, cancellationToken);
        var isRun = shard.IsOfTokensAlone && runnable is not null;
        return new PlanContext
        {
            Dataset = dataset,
            Model = dimensions,
            ModelPath = manifest.Model,
            Runnable = isRun ? runnable : null,
            Tensors = isRun ? runnable!.Tensors : shard.Recorded.Values.ToDictionary(
                entry => entry.Name, entry => new RecordedTensor((int)entry.RowWidth, entry.Dtype.Size())),
            Autoencoders = await AutoencodersAsync(recipe, dimensions.Layers, cancellationToken),
            Backward = manifest.Backward is { } backward ? BackwardPass.FromManifest(backward, manifestPath)
                : isRun ? new BackwardPass(null, UsualLoss)
                : null,
        };
    }

    /// <summary>The headers of all autoencoders of a recipe that exist.</summary>
    /// <exception cref="InvalidInputException">One of them is no autoencoder, or one that can't be loaded.</exception>
    public async Task<IReadOnlyDictionary<AutoencoderKey, AutoencoderHeader>> AutoencodersAsync(
        Recipe recipe, int layers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var headers = new Dictionary<AutoencoderKey, AutoencoderHeader>();
        foreach (var reference in recipe.Autoencoders)
        {
            foreach (var layer in LayersOf(reference, layers))
            {
                // One that isn't there is an error only where something is asked of it.
                if (await sources.ReadHeaderAsync(reference, layer, cancellationToken) is { } header)
                {
                    headers.Add(new AutoencoderKey(reference.Name, layer), header);
                }
            }
        }

        return headers;
    }

    // Without the model's own description the shard tells what is needed of it, all but the heads.
    private static ModelDimensions DimensionsOf(DatasetManifest manifest, Shard shard)
    {
        int Width(params string[] locations) => shard.Recorded
            .Where(recorded => locations.Contains(recorded.Key.Location))
            .Select(recorded => (int)recorded.Value.RowWidth)
            .FirstOrDefault();

        return new ModelDimensions(
            manifest.Layers,
            Width(
                ActivationLocation.ResidPostEmb,
                ActivationLocation.ResidDeltaAttn,
                ActivationLocation.ResidPostAttn,
                ActivationLocation.ResidDeltaMlp,
                ActivationLocation.ResidPostMlp),
            Width(ActivationLocation.MlpPreAct, ActivationLocation.MlpPostAct),
            Heads: 0)
        {
            AttentionWidth = Width(ActivationLocation.AttnVOut),
            PostNorms = shard.Recorded.Keys.Any(recorded =>
                recorded.Location is ActivationLocation.AttnOutPreNorm or ActivationLocation.MlpOutPreNorm),
        };
    }

    private static IEnumerable<int> LayersOf(AutoencoderReference reference, int layers) =>
        reference.Input == AutoencoderInput.ResidPostEmb ? [0] : reference.Layers ?? [.. Enumerable.Range(0, layers)];

    private async Task<(ModelDimensions Dimensions, RunnableModel? Runnable)> ModelAsync(
        DatasetManifest manifest, Shard shard, CancellationToken cancellationToken)
    {
        var path = manifest.Model[..(manifest.Model.LastIndexOf('/') + 1)] + "config.json";
        if (await sources.OpenAsync(path, cancellationToken) is not { } source)
        {
            return shard.IsOfTokensAlone
                ? throw new InvalidInputException(path, "does not exist, and the dataset has tokens alone: its model has to be run")
                : (DimensionsOf(manifest, shard), null);
        }

        using var release = source as IDisposable;
        if (source.Length > MaxConfigBytes)
        {
            throw new InvalidInputException(path, $"is {source.Length} bytes; at most {MaxConfigBytes} are read");
        }

        var json = new byte[source.Length];
        await source.ReadAsync(0, json, cancellationToken);
        var isGpt2 = Gpt2Config.IsGpt2(json);
        var runnable = shard.IsOfTokensAlone || !isGpt2 ? describe?.Invoke(json, path, manifest) : null;
        var dimensions = runnable is null || isGpt2 ? sources.Describe(json, path) : runnable.Dimensions;
        return manifest.Layers == 0 || dimensions.Layers == manifest.Layers
            ? (dimensions, runnable)
            : throw new InvalidInputException(
                path, $"describes a model of {dimensions.Layers} layers, but the dataset's manifest says {manifest.Layers}");
    }
}

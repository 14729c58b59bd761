using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Planning;

/// <summary>Reads what a plan has to know: headers of a shard, the model's configuration, headers of autoencoders.</summary>
/// <param name="open">
/// Opens a path, container first; <see langword="null"/> where there is no such file. What is disposable is disposed.
/// </param>
public sealed class PlanContextReader(Func<string, CancellationToken, Task<IByteSource?>> open)
{
    /// <summary>The largest <c>config.json</c> that is read.</summary>
    public const int MaxConfigBytes = 1 << 20;

    private static readonly string[] ResidualLocations =
    [
        ActivationLocation.ResidPostEmb, ActivationLocation.ResidDeltaAttn, ActivationLocation.ResidPostAttn,
        ActivationLocation.ResidDeltaMlp, ActivationLocation.ResidPostMlp,
    ];

    private static readonly string[] NeuronLocations = [ActivationLocation.MlpPreAct, ActivationLocation.MlpPostAct];

    /// <summary>
    /// What is known of a dataset. Without the model's <c>config.json</c> the shard gives the sizes, all but the number of heads.
    /// </summary>
    /// <param name="dataset">Its name.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="manifestSubject">What the manifest is called in errors.</param>
    /// <param name="recipe">The recipe whose autoencoders are looked for.</param>
    /// <param name="shard">A shard of the dataset.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="InvalidInputException">A file breaks its format, or the files contradict each other.</exception>
    public async Task<PlanContext> ReadAsync(
        string dataset, DatasetManifest manifest, string manifestSubject, Recipe recipe, Shard shard, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(shard);
        return new PlanContext
        {
            Dataset = dataset,
            Model = await ReadModelAsync(manifest, cancellationToken) ?? DeriveModel(manifest, shard),
            ModelPath = manifest.Model,
            Tensors = shard.Recorded.Values.ToDictionary(
                entry => entry.Name, entry => new RecordedTensor((int)entry.RowWidth, entry.Dtype.Size())),
            Autoencoders = await ReadAutoencodersAsync(recipe, manifest.Layers, cancellationToken),
            Backward = manifest.Backward is { } backward ? BackwardPass.FromManifest(backward, manifestSubject) : null,
        };
    }

    /// <summary>The headers of all autoencoders of a recipe that exist.</summary>
    public async Task<IReadOnlyDictionary<AutoencoderKey, AutoencoderHeader>> ReadAutoencodersAsync(
        Recipe recipe, int layers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var headers = new Dictionary<AutoencoderKey, AutoencoderHeader>();
        foreach (var reference in recipe.Autoencoders)
        {
            foreach (var layer in reference.Layers ?? [.. Enumerable.Range(0, layers)])
            {
                // A missing one is an error only where a request is about it.
                if (await open(reference.PathOf(layer), cancellationToken) is { } source)
                {
                    using var release = source as IDisposable;
                    var file = await SafetensorsFile.OpenAsync(source, cancellationToken);
                    headers.Add(new AutoencoderKey(reference.Name, layer), Autoencoder.ReadHeader(file));
                }
            }
        }

        return headers;
    }

    private static ModelDimensions DeriveModel(DatasetManifest manifest, Shard shard) =>
        new(manifest.Layers, WidthOfAny(shard, ResidualLocations), WidthOfAny(shard, NeuronLocations), Heads: 0);

    private static int WidthOfAny(Shard shard, string[] locations) =>
        (int)(shard.Recorded.FirstOrDefault(tensor => locations.Contains(tensor.Key.Location)).Value?.RowWidth ?? 0);

    private async Task<ModelDimensions?> ReadModelAsync(DatasetManifest manifest, CancellationToken cancellationToken)
    {
        var path = manifest.Model[..(manifest.Model.LastIndexOf('/') + 1)] + "config.json";
        if (await open(path, cancellationToken) is not { } source)
        {
            return null;
        }

        using var release = source as IDisposable;
        if (source.Length > MaxConfigBytes)
        {
            throw new InvalidInputException(path, $"is {source.Length} bytes; at most {MaxConfigBytes} are read");
        }

        var json = new byte[source.Length];
        await source.ReadAsync(0, json, cancellationToken);
        var config = Gpt2Config.Parse(json, path);
        return config.Layers == manifest.Layers
            ? config.Dimensions
            : throw new InvalidInputException(
                path, $"describes a model of {config.Layers} layers, but the dataset's manifest says {manifest.Layers}");
    }
}

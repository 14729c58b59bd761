using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Planning;

/// <summary>Finds out what a run computes, from its request and the headers of its inputs.</summary>
public sealed class RunBasisReader(RunDocuments documents, InputStore store)
{
    private const int Kept = 4;
    private const int KeptShards = 256;

    private readonly RecentCache<string, RunBasis> _recent = new(Kept);

    // A shard has many chunks, and a run over it may be followed by another: its header is read once.
    private readonly RecentCache<(InputBlob, ShardReference, int), Shard> _shards = new(KeptShards);

    /// <summary>What a run computes.</summary>
    /// <exception cref="InvalidInputException">The request can't be done, for a reason that the message names.</exception>
    public Task<RunBasis> ReadAsync(string runId, CancellationToken cancellationToken) =>
        _recent.GetAsync(runId, () => ReadAnewAsync(runId, CancellationToken.None), cancellationToken);

    private static Dictionary<string, RecordedTensor> Tensors(Shard shard) => shard.Recorded.Values.ToDictionary(
        entry => entry.Name, entry => new RecordedTensor((int)(entry.Count / entry.Rows), (int)(entry.Length / entry.Count)));

    private static ModelDimensions Dimensions(DatasetManifest manifest, Shard shard)
    {
        // Without the model's own description the shard tells what is needed of it, all but the heads.
        int Width(params ReadOnlySpan<string> locations)
        {
            foreach (var name in shard.Recorded.Keys)
            {
                if (locations.Contains(name.Location))
                {
                    return (int)(shard.Recorded[name].Count / shard.Tokens);
                }
            }

            return 0;
        }

        return new ModelDimensions(
            manifest.Layers,
            Width(
                ActivationLocation.ResidPostEmb,
                ActivationLocation.ResidDeltaAttn,
                ActivationLocation.ResidPostAttn,
                ActivationLocation.ResidDeltaMlp,
                ActivationLocation.ResidPostMlp),
            Width(ActivationLocation.MlpPreAct, ActivationLocation.MlpPostAct),
            Heads: 0);
    }

    private async Task<RunBasis> ReadAnewAsync(string runId, CancellationToken cancellationToken)
    {
        var request = await documents.RequestAsync(runId, cancellationToken);
        return await ReadAsync(request, cancellationToken);
    }

    /// <summary>What a request would compute, whether or not it has been written.</summary>
    /// <exception cref="InvalidInputException">The request can't be done, for a reason that the message names.</exception>
    public async Task<RunBasis> ReadAsync(RunRequest request, CancellationToken cancellationToken)
    {
        DatasetName.Validate(request.Dataset);
        var recipe = request.ReadRecipe();
        var inputs = request.Inputs.ToDictionary(input => input.Path, StringComparer.Ordinal);

        var path = InputPaths.Manifest(request.Dataset);
        var blob = RunBasis.Find(inputs, path, "a dataset has a manifest");
        var manifest = DatasetManifest.Parse(await store.ReadAsync(blob, InputPaths.MaxManifestBytes, cancellationToken), path);
        var shard = await OpenAsync(request.Dataset, manifest, inputs, 0, cancellationToken);

        var context = new PlanContext
        {
            Dataset = request.Dataset,
            Model = await ModelAsync(manifest, shard, inputs, cancellationToken),
            ModelPath = manifest.Model,
            Tensors = Tensors(shard),
            Autoencoders = await AutoencodersAsync(recipe, manifest.Layers, inputs, cancellationToken),
            Backward = manifest.Backward is { } backward ? BackwardPass.FromManifest(backward, path) : null,
        };
        return new RunBasis(request, manifest, DerivationPlan.Create(recipe, context), inputs);
    }

    /// <summary>Opens a shard in the version that the run was planned with.</summary>
    /// <exception cref="InvalidInputException">The shard is missing, has changed, or breaks its format.</exception>
    public Task<Shard> OpenShardAsync(RunBasis basis, int shard, CancellationToken cancellationToken) =>
        OpenAsync(basis.Request.Dataset, basis.Manifest, basis.Inputs, shard, cancellationToken);

    private Task<Shard> OpenAsync(
        string dataset,
        DatasetManifest manifest,
        IReadOnlyDictionary<string, InputBlob> inputs,
        int shard,
        CancellationToken cancellationToken)
    {
        var path = InputPaths.Shard(dataset, manifest.Shards[shard]);
        var blob = RunBasis.Find(inputs, path, $"{InputPaths.Manifest(dataset)} names it");
        return _shards.GetAsync(
            (blob, manifest.Shards[shard], manifest.Layers),
            () => Shard.OpenAsync(store.Open(blob), manifest.Shards[shard], CancellationToken.None, manifest.Layers),
            cancellationToken);
    }

    private async Task<ModelDimensions> ModelAsync(
        DatasetManifest manifest, Shard shard, IReadOnlyDictionary<string, InputBlob> inputs, CancellationToken cancellationToken)
    {
        if (!inputs.TryGetValue(InputPaths.Config(manifest.Model), out var blob))
        {
            return Dimensions(manifest, shard);
        }

        var config = Gpt2Config.Parse(await store.ReadAsync(blob, InputPaths.MaxConfigBytes, cancellationToken), blob.Path);
        return config.Layers == manifest.Layers
            ? new ModelDimensions(config.Layers, config.Width, config.MlpWidth, config.Heads, config.LayerNormEpsilon)
            : throw new InvalidInputException(
                blob.Path, $"describes a model of {config.Layers} layers, but the dataset's manifest says {manifest.Layers}");
    }

    private async Task<IReadOnlyDictionary<AutoencoderKey, AutoencoderHeader>> AutoencodersAsync(
        Recipe recipe, int layers, IReadOnlyDictionary<string, InputBlob> inputs, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<AutoencoderKey, AutoencoderHeader>();
        foreach (var reference in recipe.Autoencoders)
        {
            foreach (var layer in reference.Layers ?? Enumerable.Range(0, layers))
            {
                // One that is not there is an error only where something is asked of it.
                if (inputs.TryGetValue(reference.PathOf(layer), out var blob))
                {
                    var file = await SafetensorsFile.OpenAsync(store.Open(blob), cancellationToken);
                    headers.Add(new AutoencoderKey(reference.Name, layer), Autoencoder.ReadHeader(file));
                }
            }
        }

        return headers;
    }
}

using AeServerless.Engine;
using AeServerless.Engine.Recipes;
using AeServerless.Models.Configuration;
using AeServerless.Models.Families;
using AeServerless.Models.Recording;
using AeServerless.Models.Transformer;
using AeServerless.Models.Weights;
using TorchSharp;

namespace AeServerless.Models;

/// <summary>
/// A decoder-only language model, or its first layers. Computes in float32 unless asked otherwise, whatever type its weights have. Safe
/// for concurrent use; how many threads one pass takes is torch's setting.
/// </summary>
public sealed class LanguageModel : IDisposable
{
    private const string ConfigFile = "config.json";

    private readonly ModelWeights _weights;
    private readonly Dictionary<Rope, RotaryTable> _tables;
    private readonly torch.Device _device;

    private LanguageModel(Architecture architecture, ModelWeights weights, torch.Device device)
    {
        (Architecture, _weights, _device) = (architecture, weights, device);
        _tables = architecture.Layers.Select(layer => layer.Rope).OfType<Rope>().Distinct()
            .ToDictionary(rope => rope, rope => new RotaryTable(rope, device));
    }

    /// <summary>The architecture, with all layers of the configuration.</summary>
    public Architecture Architecture { get; }

    /// <summary>Weights that are infinite or not a number: how many in each tensor, by name; empty for a sound model.</summary>
    public IReadOnlyDictionary<string, long> NotFinite => _weights.NotFinite;

    /// <summary>The weights.</summary>
    internal ModelWeights Weights => _weights;

    /// <summary>How many of the first layers are loaded.</summary>
    public int LoadedLayers => _weights.Layers.Count;

    /// <summary>Whether the final norm and the unembedding are loaded.</summary>
    public bool HasHead => _weights.Head is not null;

    /// <summary>Reads a model's configuration, without its weights.</summary>
    /// <exception cref="InvalidInputException">There is none, or it is not understood: the message names the key.</exception>
    public static async Task<ModelDescription> DescribeAsync(IModelFiles files, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        var config = await files.TryReadAsync(ConfigFile, cancellationToken)
            ?? throw new InvalidInputException($"{files.Name}/{ConfigFile}", "does not exist; a model's folder has one");
        return ModelFamilies.Read(config, ConfigFile);
    }

    /// <summary>Loads a whole model.</summary>
    /// <inheritdoc cref="LoadAsync(IModelFiles, int, bool, torch.Device, ModelDtype, CancellationToken)" path="/exception"/>
    public static Task<LanguageModel> LoadAsync(IModelFiles files, CancellationToken cancellationToken = default) =>
        LoadWholeAsync(files, doubles: false, cancellationToken);

    /// <summary>Loads a whole model whose weights may be float64, and computes in float64 where they are.</summary>
    /// <inheritdoc cref="LoadAsync(IModelFiles, int, bool, torch.Device, ModelDtype, CancellationToken)" path="/exception"/>
    internal static Task<LanguageModel> LoadDoublesAsync(IModelFiles files, CancellationToken cancellationToken) =>
        LoadWholeAsync(files, doubles: true, cancellationToken);

    /// <summary>
    /// Loads the part of a model that requests need: the embedding, the first layers and perhaps the head. Of the others no byte is read.
    /// </summary>
    /// <param name="files"><c>config.json</c>, and <c>model.safetensors</c> or shards with <c>model.safetensors.index.json</c>.</param>
    /// <param name="layers">How many layers, as <see cref="RecordingRequest.LayersNeeded"/> says.</param>
    /// <param name="head">Whether the final norm and the unembedding are needed, as <see cref="RecordingRequest.NeedsHead"/> says.</param>
    /// <param name="device">Where it is computed; the CPU where null.</param>
    /// <param name="dtype">What it is computed in. bfloat16 pays on GPUs.</param>
    /// <param name="cancellationToken">Cancels the loading.</param>
    /// <exception cref="InvalidInputException">
    /// The configuration is not understood, or a tensor is missing, of another shape or dtype: the message names it.
    /// </exception>
    public static async Task<LanguageModel> LoadAsync(
        IModelFiles files,
        int layers,
        bool head,
        torch.Device? device = null,
        ModelDtype dtype = ModelDtype.Float32,
        CancellationToken cancellationToken = default)
    {
        var description = await DescribeAsync(files, cancellationToken);
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, description.Architecture.Layers.Count);
        return await LoadAsync(files, description, layers, head, device ?? torch.CPU, dtype, doubles: false, cancellationToken);
    }

    /// <summary>
    /// Runs sequences, each from position 0, and records what is asked for. The forward pass ends after the last layer that is needed.
    /// </summary>
    /// <param name="sequences">
    /// Token ids. They are computed together: memory grows with their tokens, and with the squares of their lengths where scores are
    /// capped. What else is in the batch moves results by rounding alone; the same batch gives the same bits on the same machine with the
    /// same number of threads.
    /// </param>
    /// <param name="request">What to record.</param>
    /// <param name="hooks">What acts on values on the way.</param>
    /// <exception cref="InvalidInputException">A site, token id or sequence that the model does not have or take.</exception>
    /// <exception cref="InvalidOperationException">The part of the model that is loaded is too small.</exception>
    public ActivationRecording Record(IReadOnlyList<int[]> sequences, RecordingRequest request, params IReadOnlyList<IActivationHook> hooks)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(hooks);
        request.RequireFits(Architecture, hooks);
        if (request.LayersNeeded(Architecture) > LoadedLayers || (request.NeedsHead && !HasHead))
        {
            throw new InvalidOperationException(
                $"{request.LayersNeeded(Architecture)} layers are needed, {LoadedLayers} are loaded, with head: {HasHead}.");
        }

        return new ModelPass(Architecture, _weights, _tables, _device, request, hooks).Run(sequences);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights.Dispose();
        foreach (var table in _tables.Values)
        {
            table.Dispose();
        }
    }

    private static async Task<LanguageModel> LoadWholeAsync(IModelFiles files, bool doubles, CancellationToken cancellationToken)
    {
        var description = await DescribeAsync(files, cancellationToken);
        var layers = description.Architecture.Layers.Count;
        return await LoadAsync(
            files, description, layers, head: true, torch.CPU, ModelDtype.Float32, doubles, cancellationToken);
    }

    private static async Task<LanguageModel> LoadAsync(
        IModelFiles files,
        ModelDescription description,
        int layers,
        bool head,
        torch.Device device,
        ModelDtype dtype,
        bool doubles,
        CancellationToken cancellationToken)
    {
        using var checkpoint = await Checkpoint.OpenAsync(files, cancellationToken);
        var weights = await WeightLoader.LoadAsync(checkpoint, description, layers, head, device, dtype, doubles, cancellationToken);
        return new LanguageModel(description.Architecture, weights, device);
    }
}

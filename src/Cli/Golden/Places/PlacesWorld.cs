using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;
using AeServerless.Formats.Engines;
using AeServerless.Formats.Files;
using AeServerless.Models.Plans;

namespace AeServerless.Cli.Golden.Places;

/// <summary>A model with recorded activations and autoencoders at its places, computed through the same plans that recipes have.</summary>
internal sealed class PlacesWorld : IStoredFiles, IDisposable
{
    private const string Model = "models/golden/";
    private const string Autoencoders = "autoencoders/golden/";

    private readonly string _model;
    private readonly FileByteSource _source;
    private readonly PlanSources _sources;
    private readonly EngineContext _engine = new(new EngineOptions());

    private PlacesWorld(string folder, string model, FileByteSource source, SafetensorsFile activations)
    {
        (Folder, _model, _source, Activations) = (folder, model, source, activations);
        _sources = new PlanSources(OpenAsync, new RecipeAutoencoders(this), new ModelReader());
        Rows = new GoldenRows(activations, new Dictionary<string, string>(), "");
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Its name.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));

    /// <summary>The recorded activations.</summary>
    public SafetensorsFile Activations { get; }

    /// <summary>Their rows.</summary>
    public GoldenRows Rows { get; }

    /// <summary>Tokens of each sequence.</summary>
    public required IReadOnlyList<int> Lengths { get; init; }

    /// <summary>Sizes of the model.</summary>
    public required ModelDimensions Dimensions { get; init; }

    public static async Task<PlacesWorld> OpenAsync(string folder, string model, CancellationToken cancellationToken)
    {
        var source = new FileByteSource(Path.Combine(folder, "activations.safetensors"));
        var activations = await SafetensorsFile.OpenAsync(source, cancellationToken);
        var lengths = await activations.ReadInt32Async(TensorNames.SequenceLengths, cancellationToken);
        var config = Path.Combine(model, "config.json");
        return new PlacesWorld(folder, model, source, activations)
        {
            Lengths = lengths,
            Dimensions = new PlanSources((_, _) => Task.FromResult<IByteSource?>(null), null!, new ModelReader())
                .Describe(await File.ReadAllBytesAsync(config, cancellationToken), config),
        };
    }

    /// <summary>The autoencoders of a place, in a recipe.</summary>
    public static AutoencoderReference Reference(
        string place, AutoencoderInput input, AutoencoderInput output, IReadOnlyList<int>? layers) =>
        new()
        {
            Name = place,
            Input = input,
            Output = output == input ? null : output,
            Path = $"{Autoencoders}{place}/{AutoencoderReference.LayerPlaceholder}.safetensors",
            Layers = layers,
        };

    /// <summary>Computes requests over the first sequences.</summary>
    /// <returns>What was computed, and the weights that it was computed with.</returns>
    public async Task<(PlacesCollector Results, PlanWeights Weights)> ComputeAsync(
        IReadOnlyList<AutoencoderReference> autoencoders,
        IReadOnlyList<DerivedScalarRequest> requests,
        int sequences,
        CancellationToken cancellationToken)
    {
        var recipe = new Recipe { Autoencoders = autoencoders, DerivedScalars = requests, Outputs = RecipeOutputs.None };
        var headers = await new PlanContextReader(_sources).AutoencodersAsync(recipe, Dimensions.Layers, cancellationToken);
        var plan = DerivationPlan.Create(recipe, new PlanContext
        {
            Dataset = Name,
            Model = Dimensions,
            ModelPath = Model + "model.safetensors",
            Tensors = Rows.Tensors,
            Autoencoders = headers,
        });
        var weights = await PlanWeightsLoader.LoadAsync(
            plan, async (path, cancel) => (await OpenAsync(path, cancel))!, _sources, cancellationToken);
        using var computation = new ChunkComputation(plan, weights, _engine);
        var results = new PlacesCollector();
        IReadOnlyList<int> lengths = [.. Lengths.Take(sequences)];
        await computation.ComputeAsync(Rows, new ChunkRange(0, 0, lengths.Sum(), 0, lengths), results, cancellationToken);
        return (results, weights);
    }

    public async Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var local = Find(folder);
        return Directory.Exists(local)
            ? [.. (await new LocalFolder(local).ListAsync(cancellationToken)).Select(name => $"{folder}/{name}")]
            : [];
    }

    public Task<IByteSource?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var local = Find(path);
        return Task.FromResult<IByteSource?>(File.Exists(local) ? new FileByteSource(local, path) : null);
    }

    public void Dispose()
    {
        _engine.Dispose();
        _source.Dispose();
    }

    private string Find(string path) => path.StartsWith(Model, StringComparison.Ordinal)
        ? Path.Combine(_model, path[Model.Length..])
        : Path.Combine(Folder, path[Autoencoders.Length..]);
}

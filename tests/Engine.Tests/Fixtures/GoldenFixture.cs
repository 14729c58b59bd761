using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;
using AeServerless.TestSupport;

namespace AeServerless.Engine.Tests.Fixtures;

/// <summary>Plans and computes recipes over the raw activations of a run of golden data.</summary>
internal sealed class GoldenFixture : IDisposable
{
    private readonly string _root;
    private readonly FileByteSource _source;
    private readonly SafetensorsFile _file;
    private readonly GoldenInputs _description;

    private GoldenFixture(string root, FileByteSource source, SafetensorsFile file, GoldenInputs description)
    {
        (_root, _source, _file, _description) = (root, source, file, description);
        Model = Gpt2Config.Parse(File.ReadAllBytes(Path.Combine(root, "config.json")), "config.json").Dimensions;
    }

    public ModelDimensions Model { get; }

    /// <summary>What the manifest would say of the backward pass.</summary>
    public BackwardPass? Backward { get; init; }

    public int Tokens => (int)_file.Tensors["tokens"].Rows;

    public IReadOnlyList<AutoencoderReference> Autoencoders =>
    [
        .. _description.Autoencoders.Select(autoencoder => new AutoencoderReference
        {
            Input = autoencoder.Input, Layers = autoencoder.Layers, Path = $"{autoencoder.Folder}/{{layer}}.safetensors",
        }),
    ];

    public static async Task<GoldenFixture> OpenAsync(string run, BackwardPass? backward = null, string set = "dev-1")
    {
        var root = Path.Combine(Repository.Root, "tests", "golden", set);
        var source = new FileByteSource(Path.Combine(root, "runs", run, "activations.safetensors"));
        var file = await SafetensorsFile.OpenAsync(source, CancellationToken.None);
        return new GoldenFixture(root, source, file, GoldenInputs.Read(Path.Combine(root, "runs", run, "expected.json")))
        {
            Backward = backward,
        };
    }

    public void Dispose() => _source.Dispose();

    public Task<float[]> RawAsync(string key) =>
        _file.ReadFloatsAsync(_description.Aliases.TryGetValue(key, out var stored) ? stored : key, CancellationToken.None);

    public Recipe Recipe(params DerivedScalarRequest[] requests) =>
        new() { Autoencoders = Autoencoders, DerivedScalars = requests, Outputs = RecipeOutputs.None };

    public Recipe Recipe(params string[] types) => Recipe([.. types.Select(type => new DerivedScalarRequest { Type = type })]);

    /// <summary>What is known of the run.</summary>
    /// <param name="keep">Tensors that count as recorded; all of the pass by default.</param>
    /// <param name="backwardSuffix">Which backward pass.</param>
    public PlanContext Context(Func<string, bool>? keep = null, string backwardSuffix = "") => new()
    {
        Backward = Backward,
        Dataset = "golden",
        Model = Model,
        ModelPath = "model.safetensors",
        Tensors = new GoldenInputRows(_file, _description.Aliases, backwardSuffix).Tensors
            .Where(pair => keep is null || keep(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value),
        Autoencoders = Headers(),
    };

    public DerivationPlan Plan(Recipe recipe, Func<string, bool>? keep = null, string backwardSuffix = "") =>
        DerivationPlan.Create(recipe, Context(keep, backwardSuffix));

    public async Task<CollectedChunk> ComputeAsync(
        DerivationPlan plan, string backwardSuffix = "", EngineOptions? options = null, IReadOnlyList<int>? sequenceLengths = null,
        Func<IRowSource, IRowSource>? change = null)
    {
        using var weights = await PlanWeightsLoader.LoadAsync(plan, OpenAsync, CancellationToken.None);
        using var computation = new ChunkComputation(plan, weights, TestEngine.With(options ?? new EngineOptions()));
        var collected = new CollectedChunk();
        IRowSource rows = new GoldenInputRows(_file, _description.Aliases, backwardSuffix);
        var lengths = sequenceLengths ?? [Tokens];
        await computation.ComputeAsync(
            change is null ? rows : change(rows), new ChunkRange(
                0, 0, lengths.Sum(), 0, lengths), collected, TestContext.Current.CancellationToken);
        return collected;
    }

    public async Task<CollectedChunk> ComputeAsync(Recipe recipe, Func<string, bool>? keep = null, string backwardSuffix = "") =>
        await ComputeAsync(Plan(recipe, keep, backwardSuffix), backwardSuffix);

    private Dictionary<AutoencoderKey, AutoencoderHeader> Headers()
    {
        var headers = new Dictionary<AutoencoderKey, AutoencoderHeader>();
        foreach (var reference in Autoencoders)
        {
            foreach (var layer in reference.Layers!)
            {
                using var source = new FileByteSource(Path.Combine(_root, reference.PathOf(layer)));
                var file = SafetensorsFile.OpenAsync(source, CancellationToken.None).GetAwaiter().GetResult();
                headers.Add(new AutoencoderKey(reference.Name, layer), Autoencoder.ReadHeader(file));
            }
        }

        return headers;
    }

    private Task<IByteSource> OpenAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult<IByteSource>(new FileByteSource(Path.Combine(_root, path)));
}

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

namespace AeServerless.Engine.Tests.Fixtures;

/// <summary>A small random model, autoencoders on all three inputs, and random activations and gradients, all in memory.</summary>
internal sealed class RandomWorld : IRowSource
{
    public const int Latents = 20;

    private readonly Dictionary<string, byte[]> _files = [];
    private readonly Dictionary<string, (float[] Values, int Width)> _rows = [];
    private readonly Dictionary<AutoencoderKey, AutoencoderHeader> _headers = [];

    private RandomWorld(int tokens) => Tokens = tokens;

    public static ModelDimensions Model { get; } = new(Layers: 2, ModelWidth: 8, NeuronWidth: 24, Heads: 2);

    public static IReadOnlyList<AutoencoderReference> Autoencoders { get; } =
    [
        new() { Name = "neurons", Input = AutoencoderInput.MlpPostAct, Path = "neurons/{layer}.safetensors" },
        new() { Name = "mlp", Input = AutoencoderInput.ResidDeltaMlp, Path = "mlp/{layer}.safetensors" },
        new() { Name = "attention", Input = AutoencoderInput.ResidDeltaAttn, Path = "attention/{layer}.safetensors" },
    ];

    /// <summary>Autoencoders at the other places.</summary>
    public static IReadOnlyList<AutoencoderReference> Others { get; } =
    [
        new() { Name = "heads", Input = AutoencoderInput.AttnVOut, Path = "heads/{layer}.safetensors" },
        new() { Name = "middle", Input = AutoencoderInput.ResidPostAttn, Path = "middle/{layer}.safetensors" },
        new() { Name = "mlp input", Input = AutoencoderInput.MlpIn, Path = "input/{layer}.safetensors" },
        new() { Name = "normalized", Input = AutoencoderInput.MlpInNormalized, Path = "normalized/{layer}.safetensors" },
        new() { Name = "stream", Input = AutoencoderInput.ResidPostMlp, Path = "stream/{layer}.safetensors" },
    ];

    public int Tokens { get; }

    public Dictionary<AutoencoderKey, Autoencoder> Loaded { get; } = [];

    /// <summary>W_out of each layer, <c>[d_ff, d_model]</c>.</summary>
    public Dictionary<int, float[]> MlpOuts { get; } = [];

    public static async Task<RandomWorld> CreateAsync(int seed, int tokens, Activation? activation = null)
    {
        var world = new RandomWorld(tokens);
        var random = new Random(seed);
        await world.AddModelAsync(random);
        foreach (var reference in Autoencoders)
        {
            for (var layer = 0; layer < Model.Layers; layer++)
            {
                await world.AddAutoencoderAsync(random, reference, layer, activation ?? Activation.ReLU);
            }
        }

        foreach (var (location, width) in (IEnumerable<(string, int)>)
            [
                ("mlp.post_act", Model.NeuronWidth), ("resid.delta_mlp", Model.ModelWidth), ("resid.delta_attn", Model.ModelWidth),
                ("resid.post_attn", Model.ModelWidth), ("resid.post_mlp", Model.ModelWidth),
            ])
        {
            for (var layer = 0; layer < Model.Layers; layer++)
            {
                foreach (var pass in (PassType[])[PassType.Forward, PassType.Backward])
                {
                    world._rows.Add(TensorNames.Format(location, pass, layer), (Normal(random, tokens * width, 1), width));
                }
            }
        }

        var more = new Random(~seed);
        foreach (var reference in Others)
        {
            for (var layer = 0; layer < Model.Layers; layer++)
            {
                await world.AddAutoencoderAsync(more, reference, layer, activation ?? Activation.ReLU);
            }
        }

        world._rows.Add(
            TensorNames.Format("resid.post_emb", PassType.Forward, null), (Normal(random, tokens * Model.ModelWidth, 1), Model.ModelWidth));
        return world;
    }

    public float[] Rows(string tensor) => _rows[tensor].Values;

    public PlanContext Context(Func<string, bool>? keep = null, BackwardPass? backward = null) => new()
    {
        Dataset = "random",
        Model = Model,
        ModelPath = "model.safetensors",
        Tensors =
            _rows.Where(row => keep is null || keep(row.Key)).ToDictionary(row => row.Key, row => new RecordedTensor(row.Value.Width, 4)),
        Autoencoders = _headers,
        Backward = backward,
    };

    public static Recipe Recipe(IReadOnlyList<AutoencoderReference>? autoencoders = null, params DerivedScalarRequest[] requests) =>
        new() { Autoencoders = autoencoders ?? Autoencoders, DerivedScalars = requests };

    public async Task<CollectedChunk> ComputeAsync(DerivationPlan plan, EngineOptions? options = null, params ChunkRange[] ranges)
    {
        using var weights = await PlanWeightsLoader.LoadAsync(plan, OpenAsync, CancellationToken.None);
        using var computation = new ChunkComputation(plan, weights, TestEngine.With(options ?? new EngineOptions()));
        var collected = new CollectedChunk();
        foreach (var range in ranges.Length > 0 ? ranges : [new ChunkRange(0, 0, Tokens, 0, [Tokens])])
        {
            await computation.ComputeAsync(this, range, collected, CancellationToken.None);
        }

        return collected;
    }

    public ValueTask ReadRowsAsync(string tensor, int width, long firstRow, Memory<float> destination, CancellationToken cancellationToken)
    {
        var (values, recorded) = _rows[tensor];
        Assert.Equal(recorded, width);
        values.AsSpan((int)firstRow * width, destination.Length).CopyTo(destination.Span);
        return ValueTask.CompletedTask;
    }

    public Task<IByteSource> OpenAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult<IByteSource>(new MemoryByteSource(path, _files[path]));

    private static float[] Normal(Random random, int count, double scale)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)(scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    private async Task AddModelAsync(Random random)
    {
        int d = Model.ModelWidth, n = Model.NeuronWidth;
        var tensors = new List<(TensorSpec, Array)>();
        void Add(string name, params long[] shape) =>
            tensors.Add((new TensorSpec(name, TensorDtype.F32, shape), Normal(random, (int)shape.Aggregate(1L, (a, b) => a * b), 0.4)));
        for (var layer = 0; layer < Model.Layers; layer++)
        {
            foreach (var (name, shape) in Engine.Transformers.Gpt2WeightNames.Layer(d, n))
            {
                Add($"h.{layer}.{name}", shape);
            }

            MlpOuts[layer] = (float[])tensors.Single(tensor => tensor.Item1.Name == $"h.{layer}.mlp.c_proj.weight").Item2;
        }

        _files.Add("model.safetensors", await SafetensorsBytes.WriteAsync(null, [.. tensors]));
    }

    private async Task AddAutoencoderAsync(Random random, AutoencoderReference reference, int layer, Activation activation)
    {
        var input = reference.Input == AutoencoderInput.MlpPostAct ? Model.NeuronWidth : Model.ModelWidth;
        var metadata = new Dictionary<string, string> { ["activation"] = activation.Kind.ToString() };
        if (activation.Kind == ActivationKind.TopK)
        {
            metadata.Add("k", $"{activation.K}");
        }

        (TensorSpec, Array) Tensor(string name, double scale, params long[] shape) =>
            (new TensorSpec(name, TensorDtype.F32, shape), Normal(random, (int)shape.Aggregate(1L, (a, b) => a * b), scale));
        var bytes = await SafetensorsBytes.WriteAsync(
            metadata,
            Tensor("pre_bias", 0.3, input), Tensor("encoder.weight", 0.4, Latents, input), Tensor("latent_bias", 0.3, Latents),
            Tensor("decoder.weight", 0.4, input, Latents));
        _files.Add(reference.PathOf(layer), bytes);
        var key = new AutoencoderKey(reference.Name, layer);
        Loaded.Add(key, await Autoencoder.LoadAsync(await SafetensorsBytes.OpenAsync(bytes), CancellationToken.None));
        _headers.Add(key, new AutoencoderHeader(reference.PathOf(layer), input, Latents, activation));
    }
}

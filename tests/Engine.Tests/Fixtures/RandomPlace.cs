using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Tests.Fixtures;

/// <summary>One random autoencoder at any place of layer 1 of a random model of two layers, with random activations and
/// gradients.</summary>
internal sealed class RandomPlace : IRowSource, IAutoencoderReader, IModelReader, IModelWeights
{
    public const string Name = "random";
    public const int Layer = 1;
    public const int Tokens = 5;
    public const int Latents = 24;

    private readonly Dictionary<string, (float[] Values, int Width)> _rows = [];

    private RandomPlace(Random random, AutoencoderReference reference, ModelDimensions model, Activation activation, AutoencoderMaps maps)
    {
        (Model, Reference) = (model, reference);
        var (input, output) = (model.WidthOf(reference.Input!.Value), model.WidthOf(reference.Target!.Value));
        Autoencoder = new Autoencoder(
            Name, Values(random, input, 0.3f), Values(random, Latents * input, 0.5f), Values(random, Latents, 0.3f),
            new LatentDirections(Values(random, Latents * output, 0.4f), output), activation, maps with
            {
                OutputBias = Values(random, output, 0.3f),
                Skip = IsTranscoder ? Values(random, input * output, 0.2f) : null,
            });
        (Outs, PostNorm) = (Values(random, UnitWidth * model.ModelWidth, 0.4f), Values(random, model.ModelWidth, 1));
        OutBias = Values(random, model.ModelWidth, 0.3f);
        foreach (var place in (AutoencoderInput[])[reference.Input!.Value, reference.Target!.Value, AutoencoderInput.ResidPostMlp])
        {
            foreach (var pass in (PassType[])[PassType.Forward, PassType.Backward])
            {
                var width = model.WidthOf(place);
                _rows.TryAdd(Tensor(place, pass), (Values(random, Tokens * width, 2), width));
            }
        }
    }

    public ModelDimensions Model { get; }

    public AutoencoderReference Reference { get; }

    public Autoencoder Autoencoder { get; }

    public bool IsTranscoder => Reference.Input != Reference.Target;

    /// <summary>W_out or W_O, <c>[units, d_model]</c>.</summary>
    public float[] Outs { get; }

    public float[] OutBias { get; }

    /// <summary>What the norm behind both sublayers multiplies by, <c>[d_model]</c>.</summary>
    public float[] PostNorm { get; }

    /// <summary>What the autoencoder reads, <c>[tokens, input]</c>.</summary>
    public float[] Inputs => Rows(Reference.Input!.Value, PassType.Forward);

    /// <summary>What it reconstructs, <c>[tokens, output]</c>.</summary>
    public float[] Targets => Rows(Reference.Target!.Value, PassType.Forward);

    /// <summary>Layer that results are of.</summary>
    public int ResultLayer => Reference.Input == AutoencoderInput.ResidPostEmb ? 0 : Layer;

    private int UnitWidth => Reference.Target == AutoencoderInput.AttnVOut ? Model.AttentionWidth : Model.NeuronWidth;

    public static RandomPlace Create(
        int seed, AutoencoderInput input, AutoencoderInput output, ActivationKind kind, InputMap map, bool postNorms = false,
        bool glu = false)
    {
        var random = new Random(seed);
        var reference = new AutoencoderReference
        {
            Name = Name,
            Input = input,
            Output = output == input ? null : output,
            Path = "autoencoders/{layer}",
            Layers = [Layer],
        };
        var isChosen = kind is ActivationKind.TopK or ActivationKind.TopKSigned or ActivationKind.TopKMagnitude or ActivationKind.GroupMax;
        var isGated = kind == ActivationKind.Gated;
        var activation = new Activation(kind, isChosen ? 6 : 0)
        {
            Thresholds = kind == ActivationKind.JumpReLU ? Values(random, Latents, 1) : [],
            GateBias = isGated ? Values(random, Latents, 1) : [],
            MagnitudeScale = isGated ? [.. Values(random, Latents, 1).Select(MathF.Exp)] : [],
            MagnitudeBias = isGated ? Values(random, Latents, 1) : [],
        };
        var model = new ModelDimensions(Layers: 2, ModelWidth: 8, NeuronWidth: 20, Heads: 3)
        {
            AttentionWidth = 12,
            PostNorms = postNorms,
            IsGpt2 = false,
        };
        var width = model.WidthOf(input);
        return new RandomPlace(random, reference, model, activation, new AutoencoderMaps
        {
            Input = map,
            GluEncoder = glu ? new EncoderRows(Values(random, Latents * width, 0.5f), width) : null,
            GluBias = glu ? Values(random, Latents, 0.5f) : null,
        });
    }

    public float[] Rows(AutoencoderInput place, PassType pass) => _rows[Tensor(place, pass)].Values;

    /// <summary>Computes short scalars of the autoencoder; vectors for all latents.</summary>
    public async Task<CollectedChunk> ComputeAsync(params string[] scalars)
    {
        var cancel = TestContext.Current.CancellationToken;
        var recipe = new Recipe
        {
            Autoencoders = [Reference],
            DerivedScalars =
            [
                .. scalars.Select(scalar => new DerivedScalarRequest
                {
                    Type = scalar,
                    Autoencoder = Name,
                    Latents = scalar is ShortScalars.Write or ShortScalars.LatentGradWrtInput ? [.. Enumerable.Range(0, Latents)] : null,
                }),
            ],
            Outputs = RecipeOutputs.None,
        };
        var plan = DerivationPlan.Create(recipe, new PlanContext
        {
            Dataset = Name,
            Model = Model,
            ModelPath = "models/random/model.safetensors",
            Tensors = _rows.ToDictionary(row => row.Key, row => new RecordedTensor(row.Value.Width, 4)),
            Autoencoders = new Dictionary<AutoencoderKey, AutoencoderHeader> { [new AutoencoderKey(Name, ResultLayer)] = Header() },
        });
        var sources = new PlanSources((_, _) => Task.FromResult<IByteSource?>(null), this, this);
        using var weights = await PlanWeightsLoader.LoadAsync(
            plan, (path, _) => throw new InvalidOperationException($"{path} is not needed."), sources, cancel);
        using var computation = new ChunkComputation(plan, weights, TestEngine.Default);
        var collected = new CollectedChunk();
        await computation.ComputeAsync(this, new ChunkRange(0, 0, Tokens, 0, [Tokens]), collected, cancel);
        return collected;
    }

    public ValueTask ReadRowsAsync(string tensor, int width, long firstRow, Memory<float> destination, CancellationToken cancellationToken)
    {
        _rows[tensor].Values.AsSpan((int)firstRow * width, destination.Length).CopyTo(destination.Span);
        return ValueTask.CompletedTask;
    }

    public Task<AutoencoderHeader?> ReadHeaderAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken) =>
        Task.FromResult<AutoencoderHeader?>(Header());

    public Task<Autoencoder> LoadAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken) =>
        Task.FromResult(Autoencoder);

    public ModelDimensions Describe(byte[] config, string subject) => Model;

    public Task<IModelWeights> OpenAsync(
        string path, Func<string, CancellationToken, Task<IByteSource?>> open, CancellationToken cancellationToken) =>
        Task.FromResult<IModelWeights>(this);

    public Task<float[]> OutputAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken) => Task.FromResult(Outs);

    public Task<float[]> OutputBiasAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken) => Task.FromResult(OutBias);

    public Task<float[]> PostNormAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken) => Task.FromResult(PostNorm);

    public Task<ITransformerBlock> BlockAsync(int layer, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Nothing is traced.");

    public void Dispose()
    {
    }

    private static float[] Values(Random random, int count, float scale) =>
        [.. Enumerable.Range(0, count).Select(_ => scale * (float)((2 * random.NextDouble()) - 1))];

    private static string Tensor(AutoencoderInput place, PassType pass) =>
        TensorNames.Format(place.Location(), pass, place == AutoencoderInput.ResidPostEmb ? null : Layer);

    private AutoencoderHeader Header() =>
        new(Name, Autoencoder.InputSize, Autoencoder.LatentCount, Autoencoder.Activation)
        {
            OutputSize = Autoencoder.OutputSize,
            IsTranscoder = IsTranscoder,
            InputMap = Autoencoder.InputMap,
            HasLinearEncoder = Autoencoder.InputMap.IsLinear && Autoencoder.GluEncoder is null
                && Autoencoder.Activation.Kind != ActivationKind.Gated,
        };
}

using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Tests.Fixtures;
using AeServerless.Engine.Transformers;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Engine.Tests.Traces;

/// <summary>Reconstituted gradients against differences of the model's own functions, on random small models in float64.</summary>
public sealed class FiniteDifferenceTests
{
    private const int Tokens = 6;
    private const int Layer = 1;
    private const int Token = 4;
    private const double Step = 1e-5;

    public static TheoryData<NodeType, int[], PreOrPostAct, string?> Traces => new()
    {
        { NodeType.MlpNeuron, [Token, 5], PreOrPostAct.Pre, null },
        { NodeType.MlpNeuron, [Token, 5], PreOrPostAct.Post, null },
        { NodeType.AttentionHead, [Token, 2, 1], PreOrPostAct.Pre, null },
        { NodeType.AttentionHead, [Token, 2, 1], PreOrPostAct.Post, null },
        { NodeType.MlpAutoencoderLatent, [Token, 7], PreOrPostAct.Pre, "neurons" },
        { NodeType.MlpAutoencoderLatent, [Token, 7], PreOrPostAct.Pre, "mlp" },
        { NodeType.AttentionAutoencoderLatent, [Token, 7], PreOrPostAct.Pre, "attention" },
        { NodeType.AttentionAutoencoderLatent, [Token, 7], PreOrPostAct.Post, "attention" },
        { NodeType.AttentionAutoencoderLatent, [Token, 7], PreOrPostAct.Pre, "heads" },
        { NodeType.ResidualAutoencoderLatent, [Token, 7], PreOrPostAct.Post, "middle" },
        { NodeType.ResidualAutoencoderLatent, [Token, 7], PreOrPostAct.Pre, "stream" },
        { NodeType.MlpInputAutoencoderLatent, [Token, 7], PreOrPostAct.Pre, "mlp input" },
        { NodeType.MlpInputAutoencoderLatent, [Token, 7], PreOrPostAct.Post, "normalized" },
    };

    [Theory]
    [MemberData(nameof(Traces))]
    public async Task TracedGradient_EqualsTheDifferenceQuotient(NodeType nodeType, int[] indices, PreOrPostAct act, string? autoencoder)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var world = await RandomWorld.CreateAsync(seed, Tokens);
            var reference = RandomWorld.Autoencoders.Concat(RandomWorld.Others).FirstOrDefault(candidate => candidate.Name == autoencoder);
            var trace = new TraceConfiguration(
                nodeType, Layer, [.. indices.Select(index => (int?)index)], act,
                nodeType == NodeType.AttentionHead ? AttentionTraceType.QK : null, DetachLayerNormScale: false);
            var recipe = RandomWorld.Recipe(
                reference is null ? [] : [reference], new DerivedScalarRequest { Type = "final_activation_residual_grad", Trace = trace });
            var computed =
                (await world.ComputeAsync(DerivationPlan.Create(recipe, world.Context())))["final_activation_residual_grad", Layer];

            var before = (nodeType, reference?.Input) switch
            {
                (_, AutoencoderInput.ResidPostMlp) => "resid.post_mlp/forward/1",
                (NodeType.AttentionHead or NodeType.AttentionAutoencoderLatent, _) => "resid.post_mlp/forward/0",
                _ => "resid.post_attn/forward/1",
            };
            var residual = Array.ConvertAll(world.Rows(before), value => (double)value);
            var (layer, config) = await LayerAsync(world);
            var weights = reference is null ? null : world.Loaded[new AutoencoderKey(reference.Name, Layer)];
            double Value(double[] stream)
            {
                using var scope = torch.NewDisposeScope();
                return Activation(
                    trace, torch.tensor(stream, Tokens, RandomWorld.Model.ModelWidth), layer, config, reference, weights).item<double>();
            }

            var expected = new float[residual.Length];
            for (var i = 0; i < residual.Length; i++)
            {
                var value = residual[i];
                residual[i] = value + Step;
                var above = Value(residual);
                residual[i] = value - Step;
                expected[i] = (float)((above - Value(residual)) / (2 * Step));
                residual[i] = value;
            }

            if (expected.Any(value => value != 0))
            {
                Near.Equal(expected, computed, 1e-6);
            }
            else
            {
                Assert.All(computed, value => Assert.Equal(0, value));
            }
        }
    }

    [Fact]
    public async Task ActTimesGrad_IsHowTheLossChangesAsTheLatentGrows()
    {
        var world = await RandomWorld.CreateAsync(11, Tokens);
        var (layer, config) = await LayerAsync(world);
        var (width, decoder) =
            (RandomWorld.Model.ModelWidth, world.Loaded[new AutoencoderKey("attention", Layer)].Decoder.Rows(0, RandomWorld.Latents));
        var residual = Array.ConvertAll(world.Rows("resid.post_attn/forward/1"), value => (double)value);
        var functional = torch.tensor(Array.ConvertAll(world.Rows("resid.delta_mlp/forward/0"), value => (double)value), Tokens, width);

        // Any function of the stream behind attention will do for a loss: here what the MLP makes of it, weighted at random.
        Tensor Loss(Tensor stream) => ((stream + Gpt2Block.Mlp(stream, layer, config)) * functional).sum();
        double LossAt(double[] stream)
        {
            using var scope = torch.NewDisposeScope();
            return Loss(torch.tensor(stream, Tokens, width)).item<double>();
        }

        var stream = torch.tensor(residual, Tokens, width).requires_grad_(true);
        var gradient = torch.autograd.grad([Loss(stream)], [stream])[0].data<double>().ToArray();
        Array.ConvertAll(gradient, value => (float)value).CopyTo(world.Rows("resid.post_attn/backward/1"), 0);
        string[] types = ["online_attention_autoencoder_latent", "online_attention_autoencoder_act_times_grad"];
        var requests = types.Select(type => new DerivedScalarRequest { Type = type, Layers = [Layer] }).ToArray();
        var computed = await world.ComputeAsync(DerivationPlan.Create(RandomWorld.Recipe(null, requests), world.Context()));

        var (latents, expected) = (computed[types[0], Layer], new float[Tokens * RandomWorld.Latents]);
        for (var i = 0; i < latents.Length; i++)
        {
            double Grown(double by)
            {
                var grown = residual.ToArray();
                for (var d = 0; d < width; d++)
                {
                    grown[(i / RandomWorld.Latents * width) + d] += by * latents[i] * decoder[(i % RandomWorld.Latents * width) + d];
                }

                return LossAt(grown);
            }

            expected[i] = latents[i] == 0 ? 0 : (float)((Grown(Step) - Grown(-Step)) / (2 * Step));
        }

        Near.Equal(expected, computed[types[1], Layer]);
    }

    /// <summary>The traced activation written anew from the model's public functions.</summary>
    private static Tensor Activation(
        TraceConfiguration trace, Tensor residual, Gpt2LayerWeights layer, ModelDimensions config, AutoencoderReference? reference,
        Autoencoder? autoencoder)
    {
        var last = trace.TensorIndices[^1]!.Value;
        var post = trace.PreOrPostAct == PreOrPostAct.Post;
        switch (trace.NodeType)
        {
            case NodeType.MlpNeuron:
                var neurons = Gpt2Block.MlpPreActivations(residual, layer, config);
                return (post ? Gpt2Block.Gelu(neurons) : neurons)[Token, last];
            case NodeType.AttentionHead:
                var (queries, keys, _) = Gpt2Block.Project(Gpt2Block.AttentionInput(residual, layer, config), layer, config);
                var logits = Gpt2Block.AttentionLogits(queries, keys);
                return (post ? logits.softmax(-1) : logits)[last, Token, trace.TensorIndices[1]!.Value];
            default:
                var input = reference!.Input switch
                {
                    AutoencoderInput.MlpPostAct => Gpt2Block.Gelu(Gpt2Block.MlpPreActivations(residual, layer, config)),
                    AutoencoderInput.ResidDeltaMlp => Gpt2Block.Mlp(residual, layer, config),
                    AutoencoderInput.ResidPostAttn or AutoencoderInput.ResidPostMlp => residual,
                    AutoencoderInput.MlpIn =>
                        Gpt2Block.LayerNorm(residual, layer.MlpNormWeight, layer.MlpNormBias, config.LayerNormEpsilon),
                    AutoencoderInput.MlpInNormalized => Gpt2Block.LayerNorm(
                        residual, torch.ones_like(layer.MlpNormWeight), torch.zeros_like(layer.MlpNormBias), config.LayerNormEpsilon),
                    AutoencoderInput.AttnVOut => Heads(residual, layer, config),
                    _ => Gpt2Block.Attention(residual, layer, config),
                };
                var weights = autoencoder!;
                Tensor Double(float[] values, params long[] shape) => torch.tensor(values, shape, dtype: torch.ScalarType.Float64);
                var encoder = Double(weights.Encoder.Blocks[0], weights.LatentCount, weights.InputSize);
                var preActs = (input - Double(weights.PreBias, weights.InputSize)).matmul(encoder.t()) + Double(
                    weights.LatentBias, weights.LatentCount);
                return (post ? Activate(preActs, weights.Activation) : preActs)[Token, last];
        }
    }

    private static Tensor Heads(Tensor residual, Gpt2LayerWeights layer, ModelDimensions config)
    {
        var (queries, keys, values) = Gpt2Block.Project(Gpt2Block.AttentionInput(residual, layer, config), layer, config);
        return Gpt2Block.WeightedValues(Gpt2Block.AttentionLogits(queries, keys).softmax(-1), values).flatten(-2, -1);
    }

    private static Tensor Activate(Tensor preActs, Activation activation)
    {
        switch (activation.Kind)
        {
            case ActivationKind.ReLU:
                return preActs.relu();
            case ActivationKind.TopK:
                var (values, indices) = preActs.topk(activation.K, dim: -1);
                return torch.zeros_like(preActs).scatter(-1, indices, values.relu());
            default:
                return preActs;
        }
    }

    private static async Task<(Gpt2LayerWeights Layer, ModelDimensions Config)> LayerAsync(RandomWorld world)
    {
        IByteSource source = await world.OpenAsync("model.safetensors", CancellationToken.None);
        var file = await SafetensorsFile.OpenAsync(source, CancellationToken.None);
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, shape) in Gpt2WeightNames.Layer(RandomWorld.Model.ModelWidth, RandomWorld.Model.NeuronWidth))
        {
            tensors.Add(name, torch.tensor(await file.ReadDoublesAsync($"h.{Layer}.{name}", CancellationToken.None), shape));
        }

        return (Gpt2LayerWeights.From(name => tensors[name]), RandomWorld.Model);
    }
}

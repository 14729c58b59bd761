using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Planning;

public sealed class PlanTests
{
    [Fact]
    public async Task SharedWork_StandsOnce()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        string[] types =
        [
            "autoencoder_latent", "autoencoder_write_norm", "online_autoencoder_latent", "online_autoencoder_write_norm",
            "online_autoencoder_act_times_grad", "online_autoencoder_write_to_final_residual_grad", "online_residual_attention_autoencoder_error",
        ];
        var requests = types.Select(type => new DerivedScalarRequest { Type = type, Layers = [1] }).ToArray();
        var plan = DerivationPlan.Create(RandomWorld.Recipe([RandomWorld.Autoencoders[2]], requests), world.Context());
        var text = plan.Describe();
        Assert.Equal(["resid.delta_attn/forward/1", "resid.post_attn/backward/1", "resid.post_mlp/backward/1"], plan.Reads.Select(read => read.Tensor).Order(StringComparer.Ordinal));
        Assert.Equal(1, Count(text, "  latents of attention of layer 1"));
        Assert.Equal(1, Count(text, "  write norm of attention of layer 1"));
        Assert.Equal(1, Count(text, "  error of attention of layer 1 from"));
        Assert.Equal(3 * RandomWorld.Model.ModelWidth * 4, plan.BytesReadPerToken);
        Assert.True(plan.FlopsPerToken >= 2 * RandomWorld.Model.ModelWidth * RandomWorld.Latents);
    }

    [Fact]
    public async Task OutputsBehindATrace_AreZeroAndReadNothing()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        var request = new DerivedScalarRequest
        {
            Type = "online_attention_autoencoder_write_to_final_activation_residual_grad",
            Trace = new TraceConfiguration(NodeType.AttentionHead, 0, [2, 1, 0], AttentionTraceType: AttentionTraceType.K),
        };
        var plan = DerivationPlan.Create(RandomWorld.Recipe(null, request), world.Context());
        Assert.Empty(plan.Reads);
        Assert.All(plan.Outputs, output => Assert.Contains("comes after the place of the gradient", output.ZeroReason));
        var computed = await world.ComputeAsync(plan);
        Assert.Equal(2, computed.Values.Count);
        Assert.All(computed.Values.Values, values => Assert.All(values, value => Assert.Equal(0, value)));
    }

    [Fact]
    public async Task Masking_KeepsWhatComesBeforeThePlaceOfTheGradient()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        IEnumerable<int> Kept(string autoencoder, TraceConfiguration trace) => DerivationPlan.Create(
            RandomWorld.Recipe(null, new DerivedScalarRequest
            {
                Type = "online_autoencoder_write_to_final_activation_residual_grad",
                Autoencoder = autoencoder,
                Trace = trace,
            }), world.Context()).Outputs.Where(output => output.ZeroReason is null).Select(output => output.Layer);
        var neuron = new TraceConfiguration(NodeType.MlpNeuron, 1, [2, 5]);
        var head = new TraceConfiguration(NodeType.AttentionHead, 1, [2, 1, 0], AttentionTraceType: AttentionTraceType.QK);
        Assert.Equal([0, 1], Kept("attention", neuron));
        Assert.Equal([0], Kept("mlp", neuron));
        Assert.Equal([0], Kept("neurons", neuron));
        Assert.Equal([0], Kept("attention", head));
        Assert.Equal([0], Kept("mlp", head));
    }

    [Fact]
    public async Task TokenMetrics_AreThoseOfADenseComputation()
    {
        const int tokens = 6;
        var world = await RandomWorld.CreateAsync(9, tokens);
        DerivedScalarRequest[] requests =
        [
            new() { Type = "mlp_autoencoder_latent", Autoencoder = "neurons", Layers = [1] },
            new() { Type = "online_mlp_autoencoder_error", Layers = [1] },
        ];
        var computed = await world.ComputeAsync(DerivationPlan.Create(RandomWorld.Recipe(null, requests), world.Context()));
        var metrics = computed.Metrics[new AutoencoderKey("neurons", 1)];
        var (x, error, latents) = (world.Rows("mlp.post_act/forward/1"), computed[requests[1].Type, 1], computed[requests[0].Type, 1]);
        for (var token = 0; token < tokens; token++)
        {
            double Norm(float[] values) => values.AsSpan(token * 24, 24).ToArray().Sum(value => (double)value * value);
            Assert.Equal(latents.AsSpan(token * RandomWorld.Latents, RandomWorld.Latents).ToArray().Count(value => value != 0), metrics[token].Active);
            Assert.Equal(Norm(x), metrics[token].Input, 1e-9 * Norm(x));
            Assert.Equal(Norm(error), metrics[token].Error, 1e-9 * Norm(error));
        }
    }

    [Fact]
    public void Names_AreTheWholeTable() => Assert.Superset(
        new HashSet<string>(
        [
            "autoencoder_latent", "mlp_autoencoder_latent", "attention_autoencoder_latent", "autoencoder_write_norm", "attention_autoencoder_write_norm",
            "autoencoder_latent_grad_wrt_residual_input", "autoencoder_latent_grad_wrt_mlp_post_act_input", "online_mlp_autoencoder_latent",
            "online_attention_autoencoder_write", "online_autoencoder_write_norm", "online_mlp_autoencoder_write_to_final_residual_grad",
            "online_attention_autoencoder_write_to_final_activation_residual_grad", "online_autoencoder_act_times_grad", "online_mlp_autoencoder_error",
            "online_residual_mlp_autoencoder_error", "online_residual_attention_autoencoder_error", "online_mlp_autoencoder_error_act_times_grad",
            "online_mlp_autoencoder_error_write_norm", "online_mlp_autoencoder_error_write_to_final_residual_grad",
        ]),
        DerivedScalars.Names.ToHashSet());

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}

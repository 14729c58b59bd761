using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Scalars;

public sealed class DerivedEqualsRecordedTests
{
    [Theory]
    [InlineData("mlp-t17", "online_autoencoder_latent", "online_mlp_autoencoder_write_norm", "online_autoencoder_act_times_grad",
        "online_mlp_autoencoder_write_to_final_residual_grad", "online_mlp_autoencoder_error",
        "online_mlp_autoencoder_error_act_times_grad",
        "online_mlp_autoencoder_error_write_norm", "online_mlp_autoencoder_error_write_to_final_residual_grad")]
    [InlineData("mlp-topk-t17", "online_autoencoder_latent", "online_autoencoder_write_norm", "online_mlp_autoencoder_act_times_grad",
        "online_autoencoder_write_to_final_residual_grad", "online_mlp_autoencoder_error", "online_mlp_autoencoder_error_act_times_grad")]
    [InlineData("residmlp-t5", "online_autoencoder_latent", "online_autoencoder_write_norm", "online_autoencoder_act_times_grad",
        "online_autoencoder_write_to_final_residual_grad", "online_residual_mlp_autoencoder_error")]
    [InlineData(
        "attn-t5", "online_autoencoder_latent", "online_attention_autoencoder_write_norm",
        "online_autoencoder_write_to_final_residual_grad",
        "online_residual_attention_autoencoder_error")]
    [InlineData("attn-topk-t5", "online_attention_autoencoder_latent", "online_residual_attention_autoencoder_error")]
    [InlineData(
        "multi-mlp-attn-t5", "online_mlp_autoencoder_latent", "online_attention_autoencoder_latent",
        "online_mlp_autoencoder_act_times_grad",
        "online_mlp_autoencoder_error_act_times_grad", "online_residual_attention_autoencoder_error")]
    public async Task WithoutOnlineTensors_ValuesAreTheSame(string run, params string[] types)
    {
        using var golden = await GoldenFixture.OpenAsync(run);
        await CompareAsync(golden, golden.Recipe(types), "", key => !key.StartsWith("online_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("residmlp-t5", "online_autoencoder_latent", "online_autoencoder_act_times_grad", "online_residual_mlp_autoencoder_error")]
    [InlineData("residmlp-t17", "online_autoencoder_latent", "online_autoencoder_write_norm")]
    public async Task WithoutResidDeltaMlp_ItIsRebuiltWithItsBias(string run, params string[] types)
    {
        using var golden = await GoldenFixture.OpenAsync(run);
        await CompareAsync(
            golden, golden.Recipe(types), "",
            key => !key.StartsWith("online_", StringComparison.Ordinal) && !key.StartsWith("resid.delta_mlp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("attn-t5", "@neuron.L3.3_85.post.detach", NodeType.MlpNeuron, 3, 3, 85)]
    [InlineData("attn-t5", "@neuron.L3.3_85.post.nodetach", NodeType.MlpNeuron, 3, 3, 85)]
    public async Task LatentGradientsOfATrace_AreTheGradientAtTheAutoencodersPlaceAlongTheDecoder(
        string run, string suffix, NodeType nodeType, int layer, int token, int index)
    {
        using var golden = await GoldenFixture.OpenAsync(run);
        var trace = new TraceConfiguration(
            nodeType, layer, [token, index], DetachLayerNormScale: !suffix.EndsWith("nodetach", StringComparison.Ordinal));
        var recipe = golden.Recipe(new DerivedScalarRequest { Type = "online_autoencoder_act_times_grad", Trace = trace });
        await CompareAsync(golden, recipe, suffix, key => !key.StartsWith("online_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LatentGradientsOfATracedHead_AreDerivedForTheLayersBeforeIt()
    {
        using var golden = await GoldenFixture.OpenAsync("mlp-t5");
        var trace = new TraceConfiguration(NodeType.AttentionHead, 3, [3, 3, 1], AttentionTraceType: AttentionTraceType.QK);
        string[] types = ["online_autoencoder_act_times_grad", "online_mlp_autoencoder_error_act_times_grad"];
        var recipe = golden.Recipe([.. types.Select(type => new DerivedScalarRequest { Type = type, Trace = trace, Layers = [0, 1, 2] })]);
        await CompareAsync(golden, recipe, "@head.L3.3_3_1.post.detach.QK", key => !key.StartsWith("online_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FinalGradientOfATrace_IsRecomputedWhereItIsNotRecorded()
    {
        using var golden = await GoldenFixture.OpenAsync("mlp-t5");
        var trace = new TraceConfiguration(NodeType.MlpNeuron, 3, [3, 85]);
        var recipe = golden.Recipe(
            new DerivedScalarRequest { Type = "online_autoencoder_write_to_final_residual_grad", Trace = trace, Layers = [0, 1, 2] });
        await CompareAsync(golden, recipe, "@neuron.L3.3_85.post.detach", key => !key.Contains("/backward/", StringComparison.Ordinal));
    }

    private static async Task CompareAsync(GoldenFixture golden, Recipe recipe, string suffix, Func<string, bool> keep)
    {
        var recorded = golden.Plan(recipe, null, suffix);
        var derived = golden.Plan(recipe, keep, suffix);
        Assert.Contains(derived.Sources, source => !source.Recorded);
        Assert.DoesNotContain(derived.Reads, read => !keep(read.Tensor));
        var (expected, actual) = (await golden.ComputeAsync(recorded, suffix), await golden.ComputeAsync(derived, suffix));
        Assert.Equal(expected.Values.Keys, actual.Values.Keys);
        foreach (var ((scalar, layer), values) in expected.Values)
        {
            if (values.Any(value => value != 0))
            {
                Near.Equal(values, actual[scalar, layer]);
            }
            else
            {
                Assert.All(actual[scalar, layer], value => Assert.Equal(0, value));
            }
        }
    }
}

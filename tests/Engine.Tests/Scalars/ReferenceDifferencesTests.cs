using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Scalars;

/// <summary>Where the reference is odd: the sound behaviour by default, the reference's with <c>referenceCompatible</c>.</summary>
public sealed class ReferenceDifferencesTests
{
    [Fact]
    public async Task OfflineLatentsOfResidDeltaMlp_HaveTheBiasUnlessCompatible()
    {
        using var golden = await GoldenFixture.OpenAsync("residmlp-t5");
        var recipe = golden.Recipe("autoencoder_latent", "online_autoencoder_latent", "resid_delta_mlp", "resid_delta_mlp_from_mlp_post_act");
        var sound = await golden.ComputeAsync(recipe);
        var odd = await golden.ComputeAsync(recipe with { ReferenceCompatible = true });
        for (var layer = 0; layer < golden.Model.Layers; layer++)
        {
            Near.Equal(sound["online_autoencoder_latent", layer], sound["autoencoder_latent", layer]);
            Near.Equal(sound["resid_delta_mlp", layer], sound["resid_delta_mlp_from_mlp_post_act", layer]);
            Assert.True(Distance(odd["online_autoencoder_latent", layer], odd["autoencoder_latent", layer]) > 1e-3);
            Assert.True(Distance(odd["resid_delta_mlp", layer], odd["resid_delta_mlp_from_mlp_post_act", layer]) > 1e-3);
        }
    }

    [Fact]
    public async Task OfflineLatentsOfResidDeltaMlp_AreRebuiltWithTheBiasWhereItIsNotRecorded()
    {
        using var golden = await GoldenFixture.OpenAsync("residmlp-t5");
        var recipe = golden.Recipe("autoencoder_latent");
        var rebuilt = await golden.ComputeAsync(recipe, key => !key.StartsWith("resid.delta_mlp", StringComparison.Ordinal));
        Near.Equal((await golden.ComputeAsync(recipe))["autoencoder_latent", 2], rebuilt["autoencoder_latent", 2]);
    }

    [Fact]
    public async Task LatentGradWrtMlpPostAct_IsOfTheTracedLayerAlone_OfAllThroughItsAutoencoderIfCompatible()
    {
        using var golden = await GoldenFixture.OpenAsync("mlp-t17");
        const string type = "autoencoder_latent_grad_wrt_mlp_post_act_input";
        var recipe = golden.Recipe(new DerivedScalarRequest { Type = type, Trace = AllTokens(NodeType.AutoencoderLatent, 2, 35) });
        Assert.Equal([2], golden.Plan(recipe).Outputs.Select(output => output.Layer));
        Assert.Equal([0, 1, 2, 3], golden.Plan(recipe with { ReferenceCompatible = true }).Outputs.Select(output => output.Layer));
    }

    [Fact]
    public async Task LatentGradWrtMlpPostAct_OfListedLatentsTakesEachLayersOwnAutoencoder()
    {
        using var golden = await GoldenFixture.OpenAsync("mlp-t17");
        const string type = "autoencoder_latent_grad_wrt_mlp_post_act_input";
        var listed = await golden.ComputeAsync(golden.Recipe(new DerivedScalarRequest { Type = type, Latents = [35, 52] }));
        for (var layer = 0; layer < golden.Model.Layers; layer++)
        {
            var trace = AllTokens(NodeType.MlpAutoencoderLatent, layer, 52);
            var one = await golden.ComputeAsync(golden.Recipe(new DerivedScalarRequest { Type = type, Trace = trace }));
            var width = golden.Model.NeuronWidth;
            for (var token = 0; token < golden.Tokens; token++)
            {
                var row = ((token * 128) + 52) * width;
                Assert.Equal(one[type, layer].AsSpan(row, width), listed[type, layer].AsSpan(row, width));
            }
        }
    }

    [Fact]
    public async Task LatentGradWrtResidualInput_MustFitTheTrace_IgnoresItIfCompatible()
    {
        using var golden = await GoldenFixture.OpenAsync("residmlp-t5");
        const string type = "autoencoder_latent_grad_wrt_residual_input";
        var otherLayers = golden.Recipe(new DerivedScalarRequest { Type = type, Trace = AllTokens(NodeType.AutoencoderLatent, 1, 42), Layers = [0, 2] });
        var otherType = golden.Recipe(new DerivedScalarRequest { Type = type, Trace = AllTokens(NodeType.AttentionAutoencoderLatent, 1, 42) });
        Assert.Contains("layers 0, 2 don't fit the trace, which is of layer 1", Fails(golden, otherLayers));
        Assert.Contains("attention_autoencoder_latent", Fails(golden, otherType));
        Assert.Contains("mlp_autoencoder_latent", Fails(golden, otherType));
        Assert.Equal([0, 2], golden.Plan(otherLayers with { ReferenceCompatible = true }).Outputs.Select(output => output.Layer));
        Assert.Equal([0, 1, 2, 3], golden.Plan(otherType with { ReferenceCompatible = true }).Outputs.Select(output => output.Layer));
    }

    [Fact]
    public void ActivationDerivative_IsTheDeclaredOnes_WhatPassesForReLUIfCompatible()
    {
        float[] latents = [0, 0.5f, 0, 2, -1];
        float[] derivative = [0, 1, 0, 1, 0];
        foreach (var activation in (Activation[])[Activation.ReLU, Activation.TopK(2), Activation.TopK(9), Activation.TopK(16), new(ActivationKind.JumpReLU)])
        {
            Assert.Equal(derivative, AutoencoderDerivatives.ActivationDerivative(activation, latents));
        }

        Assert.Contains("ReLU, TopK and JumpReLU", Assert.Throws<InvalidInputException>(
            () => AutoencoderDerivatives.ActivationDerivative(Activation.Identity, latents)).Message);
        foreach (var passes in (Activation[])[Activation.ReLU, Activation.TopK(9), Activation.TopK(10)])
        {
            Assert.Equal(derivative, AutoencoderDerivatives.ActivationDerivative(passes, latents, referenceCompatible: true));
        }

        foreach (var fails in (Activation[])[Activation.TopK(8), Activation.TopK(11), new(ActivationKind.JumpReLU), Activation.Identity])
        {
            Assert.Throws<InvalidInputException>(() => AutoencoderDerivatives.ActivationDerivative(fails, latents, referenceCompatible: true));
        }
    }

    [Fact]
    public async Task TraceOfTheWrongNodeType_IsAnErrorThatNamesBoth_TracesTheOtherIfCompatible()
    {
        using var golden = await GoldenFixture.OpenAsync("attn-t5");
        var wrong = golden.Recipe(Traced(NodeType.MlpAutoencoderLatent));
        var message = Fails(golden, wrong);
        Assert.Contains("mlp_autoencoder_latent", message);
        Assert.Contains("attention_autoencoder_latent", message);

        var right = await golden.ComputeAsync(golden.Recipe(Traced(NodeType.AttentionAutoencoderLatent)));
        var odd = await golden.ComputeAsync(wrong with { ReferenceCompatible = true });
        const string type = "online_autoencoder_write_to_final_activation_residual_grad";
        Assert.Contains(right[type, 1], value => value != 0);
        Assert.Equal(right[type, 1], odd[type, 1]);
    }

    [Fact]
    public async Task ValueTraceOfAHead_WorksWithAndWithoutRecordedGradients_IsAnErrorIfCompatible()
    {
        using var golden = await GoldenFixture.OpenAsync("mlp-t5");
        var trace = new TraceConfiguration(
            NodeType.AttentionHead, 2, [3, 3, 2], AttentionTraceType: AttentionTraceType.V, Downstream: new TraceConfiguration(NodeType.MlpNeuron, 3, [3, 85]));
        string[] types = ["online_autoencoder_write_to_final_activation_residual_grad", "online_autoencoder_write_to_final_residual_grad"];
        var requests = types.Select(type => new DerivedScalarRequest { Type = type, Trace = trace }).ToArray();
        var computed = await golden.ComputeAsync(
            golden.Recipe(requests), null, "@head.L2.3_3_2.post.detach.V-to-neuron.L3.3_85.post.detach");
        for (var layer = 0; layer < 2; layer++)
        {
            Near.Equal(computed[types[1], layer], computed[types[0], layer]);
        }

        Assert.Contains("values", Fails(golden, golden.Recipe(requests[0]) with { ReferenceCompatible = true }));
    }

    [Fact]
    public async Task TwoAutoencoders_HaveTheirOwnNames()
    {
        using var golden = await GoldenFixture.OpenAsync("multi-mlp-attn-t5");
        var message = Fails(golden, golden.Recipe("online_autoencoder_latent"));
        Assert.Contains("online_mlp_autoencoder_latent", message);
        Assert.Contains("online_attention_autoencoder_latent", message);

        var traced = golden.Recipe(Traced(NodeType.AttentionAutoencoderLatent) with { Type = "online_mlp_autoencoder_write_to_final_activation_residual_grad" });
        var computed = await golden.ComputeAsync(traced);
        Assert.Contains(computed["online_mlp_autoencoder_write_to_final_activation_residual_grad", 0], value => value != 0);
        Assert.Contains("several autoencoders", Fails(golden, traced with { ReferenceCompatible = true }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TraceOfAnInactiveLatent_IsZeroAfterItsActivationAndNotBefore(bool compatible)
    {
        using var golden = await GoldenFixture.OpenAsync("mlp-t5");
        const string type = "final_activation_residual_grad";
        DerivedScalarRequest Request(string name, PreOrPostAct when) =>
            new() { Type = type, Name = name, Trace = new TraceConfiguration(NodeType.AutoencoderLatent, 2, [3, 18], when) };
        var recipe = golden.Recipe(Request("before", PreOrPostAct.Pre), Request("after", PreOrPostAct.Post)) with { ReferenceCompatible = compatible };
        var computed = await golden.ComputeAsync(recipe);
        Assert.All(computed["after", 2], value => Assert.Equal(0, value));
        Assert.Contains(computed["before", 2], value => value != 0);
    }

    private static DerivedScalarRequest Traced(NodeType nodeType) => new()
    {
        Type = "online_autoencoder_write_to_final_activation_residual_grad",
        Trace = new TraceConfiguration(nodeType, 2, [3, 34]),
    };

    private static TraceConfiguration AllTokens(NodeType nodeType, int layer, int latent) => new(nodeType, layer, [null, latent]);

    private static string Fails(GoldenFixture golden, Recipe recipe) => Assert.Throws<InvalidInputException>(() => golden.Plan(recipe)).Message;

    private static double Distance(float[] left, float[] right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max();
}

using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Planning;

public sealed class PlanErrorTests
{
    private static readonly TraceConfiguration Neuron = new(NodeType.MlpNeuron, 1, [2, 5]);

    [Fact]
    public async Task LayerWithoutAutoencoder_Throws_UnlessASubsetLeavesItOut()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        var context = world.Context() with { Autoencoders = world.Context().Autoencoders.Where(pair => pair.Key.Layer == 1).ToDictionary() };
        var recipe = RandomWorld.Recipe(null, new DerivedScalarRequest { Type = "attention_autoencoder_latent" });
        Assert.Contains("layer 0 has no autoencoder 'attention' (attention/0.safetensors)", Fails(recipe, context));
        Assert.Contains("layers 1 have one", Fails(recipe, context));
        Assert.Equal([1], DerivationPlan.Create(recipe with { Layers = [1] }, context).Outputs.Select(output => output.Layer));
        Assert.Equal([1], DerivationPlan.Create(
            recipe with { Autoencoders = [RandomWorld.Autoencoders[2] with { Layers = [1] }] }, context).Outputs.Select(output => output.Layer));
    }

    [Fact]
    public async Task Layers_ComeOutAscending()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        var plan = DerivationPlan.Create(
            RandomWorld.Recipe(null, new DerivedScalarRequest { Type = "attention_autoencoder_latent", Layers = [1, 0] }), world.Context());
        Assert.Equal([0, 1], plan.Outputs.Select(output => output.Layer));
    }

    [Theory]
    [InlineData(new int[0], "empty")]
    [InlineData(new[] { 2 }, "layers 0 to 1")]
    [InlineData(new[] { -1 }, "layers 0 to 1")]
    public async Task LayersThatAreNone_Throw(int[] layers, string message)
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        Assert.Contains(message, Fails(RandomWorld.Recipe(null, new DerivedScalarRequest { Type = "attention_autoencoder_latent", Layers = layers }), world.Context()));
    }

    [Fact]
    public async Task UnknownScalar_ListsTheKnown()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        var message = Fails(RandomWorld.Recipe(null, new DerivedScalarRequest { Type = "autoencoder_latents" }), world.Context());
        Assert.Contains("'autoencoder_latents'", message);
        Assert.Contains("online_mlp_autoencoder_error_act_times_grad", message);
    }

    [Fact]
    public async Task GradientWithoutLossOrTrace_Throws()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        foreach (var type in (string[])["online_attention_autoencoder_act_times_grad", "online_attention_autoencoder_write_to_final_residual_grad"])
        {
            var recipe = RandomWorld.Recipe(null, new DerivedScalarRequest { Type = type });
            Assert.Contains("no backward pass, neither of a loss nor of a trace", Fails(recipe, world.Context(key => key.Contains("/forward/", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public async Task MissingGradient_IsNamedWithTheRecordingThatSuppliesIt()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        var recipe = RandomWorld.Recipe(null, new DerivedScalarRequest { Type = "online_attention_autoencoder_act_times_grad" });
        var context = world.Context(key => !key.EndsWith("resid.post_attn/backward/1", StringComparison.Ordinal) && !key.EndsWith("resid.delta_attn/backward/1", StringComparison.Ordinal));
        var message = Fails(recipe, context);
        Assert.Contains("lacks tensor resid.post_attn/backward/1", message);
        Assert.Contains("records resid.post_attn", message);
    }

    [Theory]
    [InlineData("mlp_autoencoder_latent", "neurons", "mlp.post_act/forward/0")]
    [InlineData("mlp_autoencoder_latent", "mlp", "resid.delta_mlp/forward/0")]
    [InlineData("online_residual_attention_autoencoder_error", "attention", "resid.delta_attn/forward/0")]
    public async Task MissingInput_IsNamedWithTheRecordingThatSuppliesIt(string type, string autoencoder, string tensor)
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        var recipe = RandomWorld.Recipe(null, new DerivedScalarRequest { Type = type, Autoencoder = autoencoder });
        var message = Fails(recipe, world.Context(key => key != tensor && key != "mlp.post_act/forward/0"));
        Assert.Contains($"tensor {tensor} is missing", message);
        Assert.Contains($"with {tensor[..tensor.IndexOf('/', StringComparison.Ordinal)]}", message);
    }

    [Fact]
    public async Task TraceOfAllTokensWhereOneIsNeeded_Throws_AndTheOtherWayRound()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        var all = RandomWorld.Recipe(null, new DerivedScalarRequest
        {
            Type = "online_attention_autoencoder_write_to_final_activation_residual_grad",
            Trace = Neuron with { TensorIndices = [null, 5] },
        });
        Assert.Contains("all tokens", Fails(all, world.Context()));
        var one = RandomWorld.Recipe(null, new DerivedScalarRequest
        {
            Type = "autoencoder_latent_grad_wrt_mlp_post_act_input",
            Trace = new TraceConfiguration(NodeType.MlpAutoencoderLatent, 1, [2, 5]),
        });
        Assert.Contains("at all tokens, and the trace is of one token", Fails(one, world.Context()));
    }

    [Fact]
    public async Task NamesThatDoNotFitTheAutoencoder_SayTheRightOne()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        var wrongType = RandomWorld.Recipe(null, new DerivedScalarRequest { Type = "mlp_autoencoder_latent", Autoencoder = "attention" });
        Assert.Contains("for it the name is autoencoder_latent or attention_autoencoder_latent", Fails(wrongType, world.Context()));
        var wrongInput = RandomWorld.Recipe([RandomWorld.Autoencoders[1]], new DerivedScalarRequest { Type = "online_mlp_autoencoder_error" });
        Assert.Contains("online_residual_mlp_autoencoder_error", Fails(wrongInput, world.Context()));
        Assert.Contains("'none' is not in the recipe", Fails(
            RandomWorld.Recipe(null, new DerivedScalarRequest { Type = "autoencoder_latent", Autoencoder = "none" }), world.Context()));
        Assert.Contains("add one", Fails(RandomWorld.Recipe([], new DerivedScalarRequest { Type = "autoencoder_latent" }), world.Context()));
    }

    [Fact]
    public async Task TwoAutoencodersOfANodeType_AreAmbiguousByName_AndAnErrorIfCompatible()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        var recipe = RandomWorld.Recipe(null, new DerivedScalarRequest { Type = "mlp_autoencoder_latent" });
        Assert.Contains("\"autoencoder\": neurons, mlp", Fails(recipe, world.Context()));
        Assert.Contains("one of each", Fails(recipe with { ReferenceCompatible = true }, world.Context()));
    }

    [Fact]
    public async Task AutoencoderOfAnotherWidth_NamesBothWidths()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        var wrong = RandomWorld.Recipe([RandomWorld.Autoencoders[0] with { Input = AutoencoderInput.ResidDeltaMlp }], new DerivedScalarRequest { Type = "autoencoder_latent" });
        var message = Fails(wrong, world.Context());
        Assert.Contains("neurons/0.safetensors: it encodes 24 values", message);
        Assert.Contains("has 8", message);
    }

    [Theory]
    [InlineData(2, 2, 5, "layer 2 does not exist")]
    [InlineData(1, 2, 24, "neurons 0 to 23")]
    public async Task TraceOutsideTheModel_Throws(int layer, int token, int neuron, string message)
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        var trace = new TraceConfiguration(NodeType.MlpNeuron, layer, [token, neuron]);
        Assert.Contains(message, Fails(RandomWorld.Recipe(null, new DerivedScalarRequest { Type = "final_activation_residual_grad", Trace = trace }), world.Context()));
    }

    [Fact]
    public async Task HeadThatLooksAhead_OrLacksWhatItNeeds_Throws()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        string Traced(TraceConfiguration trace, Func<string, bool>? keep = null) => Fails(
            RandomWorld.Recipe(null, new DerivedScalarRequest { Type = "final_activation_residual_grad", Trace = trace }), world.Context(keep));
        var head = new TraceConfiguration(NodeType.AttentionHead, 1, [2, 1, 0], AttentionTraceType: AttentionTraceType.QK);
        Assert.Contains("only looks back", Traced(head with { TensorIndices = [1, 2, 0] }));
        Assert.Contains("heads 0 to 1", Traced(head with { TensorIndices = [2, 1, 2] }));
        Assert.Contains("q, k, qk or v", Traced(head with { AttentionTraceType = null }));
        Assert.Contains("\"downstream\"", Traced(head with { AttentionTraceType = AttentionTraceType.V }));
        Assert.Contains("resid.post_mlp/backward/1", Traced(
            head with { AttentionTraceType = AttentionTraceType.V, DetachLayerNormScale = false }, key => key.Contains("forward", StringComparison.Ordinal)));
        Assert.Contains("comes before", Traced(head with { AttentionTraceType = AttentionTraceType.V, Downstream = Neuron with { Layer = 0 } }));
        Assert.Contains("tensor resid.post_mlp/forward/0 is missing", Traced(head, key => key != "resid.post_mlp/forward/0"));
    }

    [Fact]
    public async Task BackwardPassOfSomethingElse_Throws()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        string Gradient(BackwardPass backward, TraceConfiguration? trace) => Fails(
            RandomWorld.Recipe(null, new DerivedScalarRequest { Type = "online_attention_autoencoder_act_times_grad", Trace = trace }), world.Context(null, backward));
        Assert.Contains("has the gradients of a loss", Gradient(BackwardPass.Loss, Neuron));
        Assert.Contains("has the gradients of a trace (mlp_neuron of layer 1 at [2, 5]", Gradient(new BackwardPass(Neuron), null));
        Assert.Contains("at [2, 6]", Gradient(new BackwardPass(Neuron with { TensorIndices = [2, 6] }), Neuron));
    }

    [Fact]
    public async Task ScalarsThatTakeNoTrace_OrNeedOne_SaySo()
    {
        var world = await RandomWorld.CreateAsync(1, 4);
        string Of(DerivedScalarRequest request) => Fails(RandomWorld.Recipe(null, request), world.Context());
        Assert.Contains("takes no trace", Of(new DerivedScalarRequest { Type = "attention_autoencoder_latent", Trace = Neuron }));
        Assert.Contains("needs a \"trace\"", Of(new DerivedScalarRequest { Type = "online_attention_autoencoder_write_to_final_activation_residual_grad" }));
        Assert.Contains("name the \"latents\" or the \"tokens\"", Of(new DerivedScalarRequest { Type = "online_attention_autoencoder_write" }));
        Assert.Contains("latents 0 to 19", Of(new DerivedScalarRequest { Type = "online_attention_autoencoder_write", Latents = [20] }));
        Assert.Contains("leave latents and tokens out", Of(new DerivedScalarRequest { Type = "attention_autoencoder_latent", Latents = [1] }));
    }

    private static string Fails(Recipe recipe, PlanContext context) => Assert.Throws<InvalidInputException>(() => DerivationPlan.Create(recipe, context)).Message;
}

using AeServerless.Engine.Datasets;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Traces;

public sealed class ValueTraceTests
{
    private static readonly TraceConfiguration Head = new(
        NodeType.AttentionHead, 2, [4, 3, 1], AttentionTraceType: AttentionTraceType.V);

    private static readonly TraceConfiguration HeadToNeuron = new(
        NodeType.AttentionHead, 2, [3, 3, 2], AttentionTraceType: AttentionTraceType.V, Downstream: new TraceConfiguration(
            NodeType.MlpNeuron, 3, [3, 85]));

    [Theory]
    [InlineData("mlp-t5")]
    [InlineData("attn-t5")]
    [InlineData("residmlp-t5")]
    public async Task HeadOnToNeuron_EqualsRecordedBackwardPass(string run)
    {
        using var golden = await GoldenFixture.OpenAsync(run);
        var computed = await golden.ComputeAsync(
            golden.Recipe(new DerivedScalarRequest { Type = "final_activation_residual_grad", Trace = HeadToNeuron }));
        var recorded = await golden.RawAsync("resid.post_mlp/backward/1@head.L2.3_3_2.post.detach.V-to-neuron.L3.3_85.post.detach");
        Near.Equal(recorded, computed["final_activation_residual_grad", 2]);
    }

    [Theory]
    [InlineData("mlp-t5")]
    [InlineData("attn-t5")]
    [InlineData("residmlp-t5")]
    public async Task HeadOnToLoss_EqualsRecordedBackwardPass(string run)
    {
        var loss = new BackwardDescription { Kind = BackwardKind.Loss, Loss = LossKind.LogitDifference, Targets = [0], AntiTargets = [1] };
        using var golden = await GoldenFixture.OpenAsync(run, new BackwardPass(null, loss));
        var computed =
            await golden.ComputeAsync(golden.Recipe(new DerivedScalarRequest { Type = "final_activation_residual_grad", Trace = Head }));
        var recorded = await golden.RawAsync("resid.post_mlp/backward/1@head.L2.4_3_1.post.detach.V");
        Near.Equal(recorded, computed["final_activation_residual_grad", 2]);
    }
}

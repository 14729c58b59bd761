using AeServerless.Capture.Gpt2;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Transformers;
using CsCheck;
using TorchSharp;

namespace AeServerless.Capture.Tests.Gpt2;

/// <summary>Gradients against finite differences, in float64 on random small models.</summary>
public sealed class GradientTests
{
    private const double Step = 1e-5;

    private static readonly long[,] Tokens = { { 1, 5, 2, 9, 3 }, { 4, 4, 0, 7, 10 } };

    [Fact]
    public void LossGradients_EqualFiniteDifferences() => Gen.Select(Gen.Int[0, 1000], Gen.Enum<LossKind>()).Sample((seed, kind) =>
    {
        using var scope = torch.NewDisposeScope();
        using var weights = SmallModels.Weights(seed);
        using var autoencoder = SmallModels.Autoencoder(seed, AutoencoderInput.MlpPostAct, 0, Activation.TopK(4));
        var model = new Gpt2Model(SmallModels.Config, weights, autoencoder);
        var tokens = torch.tensor(Tokens);
        var description = new BackwardDescription { Kind = BackwardKind.Loss, Loss = kind, Targets = [1, 2], AntiTargets = [3] };
        torch.Tensor Value(ForwardPass pass) => Loss.Compute(description, model.Head, pass.Final, tokens);

        var pass = model.Forward(tokens, gradients: true);
        var site = new ActivationSite(ActivationLocation.ResidPostEmb, null);
        var gradient = pass.Gradients(Value(pass), [site])[site];

        // The position embedding moves every sequence's stream alike.
        RequireFiniteDifference(weights.PositionEmbedding, gradient.sum([0]), () => Value(model.Forward(tokens)).item<double>(), seed);
    }, iter: 12);

    [Fact]
    public void TracedActivations_EqualFiniteDifferencesWhereNothingIsDetached()
    {
        TraceConfiguration[] traces =
        [
            new(NodeType.MlpNeuron, 1, [3, 4], PreOrPostAct.Pre, DetachLayerNormScale: false),
            new(NodeType.MlpNeuron, 1, [null, 4], PreOrPostAct.Post, DetachLayerNormScale: false),
            new(NodeType.MlpAutoencoderLatent, 1, [2, 0], PreOrPostAct.Pre, DetachLayerNormScale: false),
            new(NodeType.MlpAutoencoderLatent, 1, [2, null], PreOrPostAct.Post, DetachLayerNormScale: false),
            new(NodeType.AttentionAutoencoderLatent, 0, [2, 3], PreOrPostAct.Pre, DetachLayerNormScale: false),
            new(NodeType.AttentionHead, 1, [4, 2, 1], PreOrPostAct.Post, AttentionTraceType.QK, DetachLayerNormScale: false),
            new(NodeType.AttentionHead, 1, [4, 2, 0], PreOrPostAct.Pre, AttentionTraceType.QK, DetachLayerNormScale: false),
        ];
        using var scope = torch.NewDisposeScope();
        using var weights = SmallModels.Weights(7);
        using var mlp = SmallModels.Autoencoder(8, AutoencoderInput.ResidDeltaMlp, 1, Activation.ReLU);
        using var attention = SmallModels.Autoencoder(9, AutoencoderInput.ResidDeltaAttn, 0, Activation.ReLU);
        var model = new Gpt2Model(SmallModels.Config, weights, mlp, attention);
        var tokens = torch.tensor(Tokens);
        foreach (var trace in traces)
        {
            var site = new ActivationSite(ActivationLocation.ResidPostEmb, null);
            var pass = model.Forward(tokens, gradients: true);
            var gradient = pass.Gradients(new TracedActivation(model, pass).Value(trace), [site])[site];

            RequireFiniteDifference(
                weights.PositionEmbedding, gradient.sum([0]), () => new TracedActivation(model, model.Forward(tokens)).Value(trace).item<double>(), trace.Layer);
        }
    }

    [Theory]
    [InlineData(AttentionTraceType.Q, true, false)]
    [InlineData(AttentionTraceType.K, false, true)]
    [InlineData(AttentionTraceType.QK, true, true)]
    public void AttentionTrace_ReachesItsTokensAlone(AttentionTraceType type, bool query, bool key)
    {
        using var scope = torch.NewDisposeScope();
        using var weights = SmallModels.Weights(3);
        var model = new Gpt2Model(SmallModels.Config, weights);
        var pass = model.Forward(torch.tensor(Tokens), gradients: true);
        var trace = new TraceConfiguration(NodeType.AttentionHead, 1, [4, 2, 0], PreOrPostAct.Pre, type);
        var traced = new TracedActivation(model, pass);

        var gradient = pass.Gradients(traced.Value(trace), [traced.Before(trace)])[traced.Before(trace)];

        var reached = gradient.abs().sum([0, 2]);
        Assert.Equal([false, false, key, false, query], Enumerable.Range(0, 5).Select(token => reached[token].item<double>() > 0));
    }

    [Fact]
    public void Autoencoders_LeaveActivationsAndOtherGradientsAlone()
    {
        using var scope = torch.NewDisposeScope();
        using var weights = SmallModels.Weights(5);
        using var mlp = SmallModels.Autoencoder(6, AutoencoderInput.MlpPostAct, 0, Activation.TopK(3));
        using var attention = SmallModels.Autoencoder(7, AutoencoderInput.ResidDeltaAttn, 1, Activation.Identity);
        var tokens = torch.tensor(Tokens);
        var plain = new Gpt2Model(SmallModels.Config, weights);
        var hooked = new Gpt2Model(SmallModels.Config, weights, mlp, attention);
        var (plainPass, hookedPass) = (plain.Forward(tokens, gradients: true), hooked.Forward(tokens, gradients: true));

        var expected = plainPass.Gradients(Loss.CrossEntropy(plain.Head, plainPass.Final, tokens), [.. plainPass.Sites]);
        var actual = hookedPass.Gradients(Loss.CrossEntropy(hooked.Head, hookedPass.Final, tokens), [.. hookedPass.Sites]);

        Assert.All(expected, pair => Assert.True(pair.Value.equal(actual[pair.Key]).all().item<bool>(), pair.Key.ToString()));
        Assert.All(plainPass.Sites, site => Assert.True(plainPass[site].equal(hookedPass[site]).all().item<bool>(), site.ToString()));
        Assert.Contains(new ActivationSite(ActivationLocation.OnlineMlpAutoencoderError, 0), actual.Keys);
        Assert.DoesNotContain(hookedPass.Sites, site => site.Location == ActivationLocation.OnlineAutoencoderLatent);
    }

    private static void RequireFiniteDifference(torch.Tensor moved, torch.Tensor gradient, Func<double> value, int seed)
    {
        var random = new Random(seed);
        var scale = gradient.abs().max().item<double>();
        for (var i = 0; i < 6; i++)
        {
            var (row, column) = (random.Next((int)gradient.shape[0]), random.Next((int)gradient.shape[1]));
            var old = moved[row, column].item<double>();
            moved[row, column] = torch.tensor(old + Step);
            var above = value();
            moved[row, column] = torch.tensor(old - Step);
            var below = value();
            moved[row, column] = torch.tensor(old);
            Assert.Equal((above - below) / (2 * Step), gradient[row, column].item<double>(), 1e-6 * Math.Max(scale, 1));
        }
    }
}

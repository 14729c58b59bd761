using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Recipes;
using AeServerless.Models;
using AeServerless.Models.Recording;
using CsCheck;
using TorchSharp;

namespace AeServerless.Capture.Tests;

/// <summary>Gradients against finite differences, in float64 on random small models.</summary>
public sealed class GradientTests
{
    private const double Step = 1e-5;
    private const int Length = 5;

    private static readonly int[][] Tokens = [[1, 5, 2, 9, 3], [4, 4, 0, 7, 10]];

    private static readonly ActivationSite Embedded = new(ActivationLocation.ResidPostEmb, null);

    [Fact]
    public Task LossGradients_EqualFiniteDifferences() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Enum<LossKind>()).SampleAsync(async (seed, kind) =>
    {
        using var weights = await SmallModels.LoadAsync(seed);
        using var autoencoder = SmallModels.Autoencoder(seed, AutoencoderInput.MlpPostAct, 0, Activation.TopK(4));
        var loss = kind == LossKind.CrossEntropy ? LossDescription.CrossEntropy : LossDescription.LogitDifference([1, 2], [3]);

        RequireFiniteDifference(new HookedModel(weights, autoencoder), new GradientRequest(loss, [Embedded]), seed);
    }, iter: 12);

    [Fact]
    public async Task TracedActivations_EqualFiniteDifferencesWhereNothingIsDetached()
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
        using var weights = await SmallModels.LoadAsync(7);
        using var mlp = SmallModels.Autoencoder(8, AutoencoderInput.ResidDeltaMlp, 1, Activation.ReLU);
        using var attention = SmallModels.Autoencoder(9, AutoencoderInput.ResidDeltaAttn, 0, Activation.ReLU);
        var model = new HookedModel(weights, mlp, attention);
        foreach (var trace in traces)
        {
            RequireFiniteDifference(model, new GradientRequest(LossDescription.CrossEntropy, [Embedded]) { Trace = trace }, trace.Layer);
        }
    }

    [Theory]
    [InlineData(AttentionTraceType.Q, true, false)]
    [InlineData(AttentionTraceType.K, false, true)]
    [InlineData(AttentionTraceType.QK, true, true)]
    public async Task AttentionTrace_ReachesItsTokensAlone(AttentionTraceType type, bool query, bool key)
    {
        using var scope = torch.NewDisposeScope();
        using var weights = await SmallModels.LoadAsync(3);
        var before = new ActivationSite(ActivationLocation.ResidPostMlp, 0);
        var trace = new TraceConfiguration(NodeType.AttentionHead, 1, [4, 2, 0], PreOrPostAct.Pre, type);
        using var recording = new HookedModel(weights).Record(
            Tokens, new RecordingRequest { Backward = [new(LossDescription.CrossEntropy, [before]) { Trace = trace }] });

        var reached = recording.Backward[0].Gradients[before].view(2, Length, -1).abs().sum([0, 2]);
        Assert.Equal([false, false, key, false, query], Enumerable.Range(0, Length).Select(token => reached[token].item<double>() > 0));
    }

    [Fact]
    public async Task Autoencoders_LeaveActivationsAndOtherGradientsAlone()
    {
        using var scope = torch.NewDisposeScope();
        using var weights = await SmallModels.LoadAsync(5);
        using var mlp = SmallModels.Autoencoder(6, AutoencoderInput.MlpPostAct, 0, Activation.TopK(3));
        using var attention = SmallModels.Autoencoder(7, AutoencoderInput.ResidDeltaAttn, 1, Activation.Identity);
        var error = new ActivationSite(ActivationLocation.OnlineMlpAutoencoderError, 0);
        IReadOnlyList<ActivationSite> sites =
        [
            .. ModelLocations.All
                .Where(location => ModelLocations.Exists(location, weights.Architecture) && location != ModelLocations.Logits)
                .SelectMany(location => ModelLocations.HasLayers(location)
                    ? (ActivationSite[])[new(location, 0), new(location, 1)]
                    : [new(location, null)]),
        ];
        var hooked = new HookedModel(weights, mlp, attention);
        RecordingRequest Request(params ActivationSite[] more) =>
            new() { Forward = sites, Backward = [new(LossDescription.CrossEntropy, [.. sites, .. more])] };
        using var expected = new HookedModel(weights).Record(Tokens, Request());
        using var actual = hooked.Record(Tokens, Request(error));

        Assert.All(expected.Backward[0].Gradients, pair =>
            Assert.True(pair.Value.equal(actual.Backward[0].Gradients[pair.Key]).all().item<bool>(), pair.Key.ToString()));
        Assert.All(sites, site => Assert.True(expected.Forward[site].equal(actual.Forward[site]).all().item<bool>(), site.ToString()));
        Assert.Contains(error, actual.Backward[0].Gradients.Keys);
        Assert.DoesNotContain(
            hooked.Hooks.SelectMany(hook => hook.AddedSites), site => site.Location == ActivationLocation.OnlineAutoencoderLatent);
    }

    // The position embedding moves every sequence's stream alike.
    private static void RequireFiniteDifference(HookedModel model, GradientRequest request, int seed)
    {
        using var scope = torch.NewDisposeScope();
        using var recording = model.Record(Tokens, new RecordingRequest { Backward = [request] });
        var gradient = recording.Backward[0].Gradients[Embedded].view(2, Length, -1).sum([0L]);
        var random = new Random(seed);
        var scale = gradient.abs().max().item<double>();
        for (var i = 0; i < 6; i++)
        {
            var (row, column) = (random.Next(Length), random.Next((int)gradient.shape[1]));
            var difference = Moved(model, request, row, column, Step) - Moved(model, request, row, column, -Step);
            Assert.Equal(difference / (2 * Step), gradient[row, column].item<double>(), 1e-6 * Math.Max(scale, 1));
        }
    }

    private static double Moved(HookedModel model, GradientRequest request, int row, int column, double step)
    {
        var positions = model.Model.Weights.Positions!;
        var old = positions[row, column].item<double>();
        positions[row, column] = torch.tensor(old + step);
        using var moved = model.Record(Tokens, new RecordingRequest { Backward = [request with { Sites = [] }] });
        positions[row, column] = torch.tensor(old);
        return moved.Backward[0].Losses.Sum();
    }
}

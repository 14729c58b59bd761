using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Transformers;
using static TorchSharp.torch;

namespace AeServerless.Engine.Traces;

/// <summary>The gradient of a traced activation with respect to the residual stream just before it, recomputed from there.</summary>
internal sealed class TracedGradientNode(ResolvedTrace trace, DenseNode residual, DenseNode? downstreamGradient, ModelDimensions model)
    : SequenceGradientNode(
        $"gradient of {trace} from ({residual.Key}){(downstreamGradient is null ? "" : $" and ({downstreamGradient.Key})")}",
        residual.Width,
        trace.FirstToken, trace.OwnLastToken + 1,
        downstreamGradient is null ? [residual] : [residual, downstreamGradient])
{
    // Spread over a sequence of the length that the trace needs; the MLP and attention each are a few products of d by 4 d.
    public override double Flops => 24.0 * model.ModelWidth * model.ModelWidth;

    private bool ReadsStream => trace.Autoencoder is { NodeType: AutoencoderNodeType.Residual };

    public override IEnumerable<WeightNeed> Weights =>
    [
        .. ReadsStream ? Array.Empty<WeightNeed>() : [new WeightNeed(WeightKind.Block, trace.Layer)],
        .. trace.Autoencoder is { } autoencoder ? [new WeightNeed(WeightKind.Autoencoder, autoencoder.Key)] : Array.Empty<WeightNeed>(),
    ];

    protected override Tensor Value(Tile tile, Tensor residual, IReadOnlyList<Tensor> rows) => TraceMath.Activation(
        trace, residual, ReadsStream ? null! : tile.Weights.Block(trace.Layer), trace.Autoencoder is { } autoencoder
            ? tile.Weights.Autoencoder(autoencoder.Key)
            : null,
        rows.Count > 1 ? rows[1] : null);
}

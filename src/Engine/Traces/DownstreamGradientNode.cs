using AeServerless.Engine.Derivation;
using AeServerless.Engine.Derivation.Nodes;
using static TorchSharp.torch;

namespace AeServerless.Engine.Traces;

/// <summary>
/// The gradient of a downstream activation with respect to the residual stream behind an earlier layer's attention: the model runs forward
/// from there, up to the activation.
/// </summary>
internal sealed class DownstreamGradientNode(int layer, ResolvedTrace downstream, DenseNode residual, DenseNode? behind, ModelDimensions model)
    : SequenceGradientNode(
        $"gradient of {downstream} behind attention of layer {layer} from ({residual.Key}){(behind is null ? "" : $" and ({behind.Key})")}",
        residual.Width, 0, downstream.OwnLastToken + 1, behind is null ? [residual] : [residual, behind])
{
    public override double Flops => 72.0 * model.ModelWidth * model.ModelWidth * (downstream.Layer - layer + 1);

    public override IEnumerable<WeightNeed> Weights
    {
        get
        {
            var blocks = Enumerable.Range(layer, downstream.Layer - layer + 1).Select(number => new WeightNeed(WeightKind.Block, number));
            return downstream.Autoencoder is { } autoencoder ? blocks.Append(new WeightNeed(WeightKind.Autoencoder, autoencoder.Key)) : blocks;
        }
    }

    protected override Tensor Value(Tile tile, Tensor residual, IReadOnlyList<Tensor> rows)
    {
        var stream = residual;
        for (var number = layer; number < downstream.Layer; number++)
        {
            stream = stream + TraceMath.Mlp(stream, tile.Weights.Block(number), detachScale: false);
            if (number + 1 < downstream.Layer || !downstream.IsInAttention)
                stream = stream + TraceMath.Attention(stream, tile.Weights.Block(number + 1), detachScale: false);
        }

        return TraceMath.Activation(
            downstream, stream, tile.Weights.Block(downstream.Layer),
            downstream.Autoencoder is { } autoencoder ? tile.Weights.Autoencoder(autoencoder.Key) : null, rows.Count > 1 ? rows[1] : null);
    }
}

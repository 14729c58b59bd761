using AeServerless.Engine.Derivation;
using AeServerless.Engine.Derivation.Nodes;
using static TorchSharp.torch;

namespace AeServerless.Engine.Traces;

/// <summary>A gradient behind a layer's MLP carried back in front of it: g plus g through the MLP, token by token.</summary>
internal sealed class MlpGradientNode(int layer, DenseNode residual, DenseNode gradient)
    : DenseNode($"gradient before the MLP of layer {layer} from ({residual.Key}) and ({gradient.Key})", residual.Width, residual, gradient)
{
    public override double Flops => 48.0 * Width * Width;

    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(WeightKind.Block, layer)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        tile.MergeStatus(Inputs[1], this);
        var block = tile.Weights.Block(layer);
        for (var token = 0; token < tile.Tokens; token++)
            ComputeToken(tile, token, block);
        tile.ExcludeOverflow(this);
    }

    // Token by token: a product of the whole tile could have other last bits than one of another tile.
    private void ComputeToken(Tile tile, int token, BlockWeights block)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var stream = Row(tile, Inputs[0], token).requires_grad_(true);
        var behind = Row(tile, Inputs[1], token);
        var value = (stream + TraceMath.Mlp(stream, block, detachScale: false)).dot(behind);
        var values = autograd.grad([value], [stream])[0].data<double>();
        var into = tile.Dense(this).Span.Slice(token * Width, Width);
        for (var i = 0; i < Width; i++)
            into[i] = (float)values[i];
    }

    private Tensor Row(Tile tile, PlanNode input, int token)
    {
        var row = tile.Dense(input).Span.Slice(token * Width, Width);
        var values = new double[Width];
        for (var i = 0; i < Width; i++)
            values[i] = row[i];
        return tensor(values, [Width]);
    }
}

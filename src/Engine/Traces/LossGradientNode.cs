using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Transformers;
using static TorchSharp.torch;

namespace AeServerless.Engine.Traces;

/// <summary>
/// The gradient of a dataset's loss with respect to the residual stream after the last layer, with the final norm's scale held constant.
/// </summary>
internal sealed class LossGradientNode(BackwardDescription loss, DenseNode residual, DenseNode tokens, ModelDimensions model)
    : SequenceGradientNode(
        $"gradient of the loss from ({residual.Key}), scale of the final norm detached", residual.Width, 0, AllTokens, residual, tokens)
{
    public override double Flops => 6.0 * model.ModelWidth;

    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(WeightKind.Unembedding, model.Layers)];

    protected override Tensor Value(Tile tile, Tensor residual, IReadOnlyList<Tensor> rows)
    {
        var head = tile.Weights.Unembedding.Head;
        var final = head.FinalNorm(residual.unsqueeze(0), detachScale: true); // [1, tokens, d_model]
        return Loss.Compute(loss, head, final, rows[1].flatten().to_type(ScalarType.Int64).unsqueeze(0));
    }
}

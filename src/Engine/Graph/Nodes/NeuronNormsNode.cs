using System.Numerics.Tensors;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>Neurons times the norm of what each writes: value[t, n] · ‖W_out[n, :]‖₂.</summary>
internal sealed class NeuronNormsNode(int layer, PlanNode neurons)
    : DenseNode($"write norm of layer {layer}'s neurons from ({neurons.Key})", neurons.Width, neurons)
{
    public override double Flops => Width;

    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(WeightKind.MlpOutNorms, layer)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var norms = tile.Weights.Array(new WeightNeed(WeightKind.MlpOutNorms, layer));
        tile.Share((first, last) =>
        {
            var values = tile.Dense(Inputs[0]).Span;
            var into = tile.Dense(this).Span;
            for (var token = first; token < last; token++)
            {
                TensorPrimitives.Multiply(values.Slice(token * Width, Width), norms, into.Slice(token * Width, Width));
                tile.ExcludeOverflow(this, token, token + 1);
            }
        });
    }
}

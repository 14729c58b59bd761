using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph.Nodes;

namespace AeServerless.Engine.Scalars.Gradients;

/// <summary>
/// How far what the error of an autoencoder on neurons writes goes along the final residual gradient g, <c>[tokens, d_ff]</c>: error · (g ·
/// W_outᵀ); zero after a traced activation.
/// </summary>
internal sealed class ErrorWriteToFinalResidualGradScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } =
        [new("online_mlp_autoencoder_error_write_to_final_residual_grad", AutoencoderNodeType.Mlp, [AutoencoderInput.MlpPostAct])];

    public override TraceUse Trace => TraceUse.Optional;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        var trace = planner.ResolveTrace(planner.Autoencoder);
        var place = planner.Gradients.FinalPlace(trace);
        foreach (var autoencoder in planner.Layers)
        {
            if (!place.IsReachedFrom(autoencoder))
            {
                yield return planner.Masked(autoencoder, DerivedShape.Neurons, planner.Model.NeuronWidth, place);
                continue;
            }

            var final = planner.Gradients.Final(trace, planner.Request.Trace, planner.Subject);
            var neurons = planner.Graph.Add(new NeuronGradientNode(autoencoder.Layer, final, planner.Model.NeuronWidth));
            var product = planner.Graph.Add(new ProductNode(planner.Autoencoders.Error(autoencoder), neurons));
            yield return planner.Dense(autoencoder.Layer, DerivedShape.Neurons, product, autoencoder.Key);
        }
    }
}

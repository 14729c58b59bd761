using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph.Nodes;

namespace AeServerless.Engine.Scalars.Gradients;

/// <summary>The error of an autoencoder on neurons times its gradient, <c>[tokens, d_ff]</c>; zero after a traced activation.</summary>
internal sealed class ErrorActTimesGradScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } =
        [new("online_mlp_autoencoder_error_act_times_grad", AutoencoderNodeType.Mlp, [AutoencoderInput.MlpPostAct])];

    public override TraceUse Trace => TraceUse.Optional;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        var place = planner.Gradients.FinalPlace(planner.ResolveTrace(planner.Autoencoder));
        foreach (var autoencoder in planner.Layers)
        {
            if (!place.IsReachedFrom(autoencoder))
            {
                yield return planner.Masked(autoencoder, DerivedShape.Neurons, planner.Model.NeuronWidth, place);
                continue;
            }

            var gradient = planner.Gradients.ErrorGradient(autoencoder, planner.Request.Trace, planner.Subject);
            var product = planner.Graph.Add(new ProductNode(planner.Autoencoders.Error(autoencoder), gradient));
            yield return planner.Dense(autoencoder.Layer, DerivedShape.Neurons, product, autoencoder.Key);
        }
    }
}

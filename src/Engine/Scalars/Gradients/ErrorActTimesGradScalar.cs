using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars.Gradients;

/// <summary>The error of an autoencoder times its gradient, <c>[tokens, output]</c>; zero after a traced activation.</summary>
internal sealed class ErrorActTimesGradScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } =
        ErrorNames.With("act_times_grad", ShortScalars.ErrorActTimesGrad);

    public override TraceUse Trace => TraceUse.Optional;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        var place = planner.Gradients.FinalPlace(planner.ResolveTrace(planner.Autoencoder));
        foreach (var autoencoder in planner.Layers)
        {
            var shape = ScalarPlanner.ShapeAt(autoencoder.Output);
            if (!place.IsReachedFrom(autoencoder))
            {
                yield return planner.Masked(autoencoder, shape, autoencoder.Header.OutputSize, place);
                continue;
            }

            var gradient = planner.Gradients.ErrorGradient(autoencoder, planner.Request.Trace, planner.Subject);
            var product = planner.Graph.Add(new ProductNode(planner.Autoencoders.Error(autoencoder), gradient));
            yield return planner.Dense(autoencoder.Layer, shape, product, autoencoder.Key);
        }
    }
}

using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars.Gradients;

/// <summary>
/// How far what each element of the error writes goes along the final residual gradient g, <c>[tokens, output]</c>: on neurons
/// error · (g · W_outᵀ), on the residual stream error · g; zero after a traced activation.
/// </summary>
internal sealed class ErrorWriteToFinalResidualGradScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } =
        ErrorNames.With("write_to_final_residual_grad", ShortScalars.ErrorWriteToFinalResidualGrad);

    public override TraceUse Trace => TraceUse.Optional;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        var trace = planner.ResolveTrace(planner.Autoencoder);
        var place = planner.Gradients.FinalPlace(trace);
        foreach (var autoencoder in planner.WritingLayers())
        {
            var shape = ScalarPlanner.ShapeAt(autoencoder.Output);
            if (!place.IsReachedFrom(autoencoder))
            {
                yield return planner.Masked(autoencoder, shape, autoencoder.Header.OutputSize, place);
                continue;
            }

            var final = planner.Gradients.Final(trace, planner.Request.Trace, planner.Subject);
            var units = planner.Gradients.AtUnits(autoencoder, final);
            var product = planner.Graph.Add(new ProductNode(planner.Autoencoders.Error(autoencoder), units));
            yield return planner.Dense(autoencoder.Layer, shape, product, autoencoder.Key);
        }
    }
}

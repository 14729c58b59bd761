using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;

namespace AeServerless.Engine.Scalars.Activations;

/// <summary>
/// The error times the norm of what one unit of each element writes, <c>[tokens, output]</c>: on neurons error[t, n] · ‖W_out[n, :]‖₂, on
/// the residual stream the error itself.
/// </summary>
internal sealed class ErrorWriteNormScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } =
        ErrorNames.With("write_norm", ShortScalars.ErrorWriteNorm);

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner) => planner.WritingLayers().Select(autoencoder => planner.Dense(
        autoencoder.Layer, ScalarPlanner.ShapeAt(autoencoder.Output), Norms(planner, autoencoder), autoencoder.Key));

    private static DenseNode Norms(ScalarPlanner planner, ResolvedAutoencoder autoencoder)
    {
        // On the stream each element writes itself.
        var error = planner.Autoencoders.Error(autoencoder);
        return autoencoder.Output.IsOnStream()
            ? error
            : planner.Graph.Add(new UnitNormsNode(
                autoencoder.Sublayer, autoencoder.Layer, error, planner.Autoencoders.PostNormScale(autoencoder)));
    }
}

namespace AeServerless.Engine.Scalars.Gradients;

/// <summary>
/// The gradient g of a traced activation with respect to the residual stream just before it, recomputed from the forward activation there,
/// <c>[tokens, d_model]</c>: what <c>…_write_to_final_activation_residual_grad</c> projects on. Its layer is the trace's.
/// </summary>
internal sealed class FinalActivationResidualGradScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = [new("final_activation_residual_grad")];

    public override TraceUse Trace => TraceUse.Required;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        var trace = planner.ResolveTrace(null)!;
        if (planner.Request.Layers is { } layers && !(layers.Count == 1 && layers[0] == trace.Layer))
        {
            throw new InvalidInputException(planner.Subject, $"it is of the trace's layer, {trace.Layer}; leave layers out");
        }

        return [planner.Dense(trace.Layer, DerivedShape.Residual, planner.Gradients.Reconstituted(trace, planner.Subject))];
    }
}

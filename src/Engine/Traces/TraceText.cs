using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Traces;

/// <summary>Trace configurations as text: equal traces, and only they, have equal text.</summary>
internal static class TraceText
{
    public static string Of(TraceConfiguration trace)
    {
        var indices = string.Join(", ", trace.TensorIndices.Select(index => index?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all"));
        var attention = trace.AttentionTraceType is { } type ? $" through {type}" : "";
        var downstream = trace.Downstream is { } next ? $" on to {Of(next)}" : "";
        return $"{RecipeNames.Of(trace.NodeType)} of layer {trace.Layer} at [{indices}] {trace.PreOrPostAct}{attention}{(trace.DetachLayerNormScale ? "" : ", layer norm scale not detached")}{downstream}";
    }
}

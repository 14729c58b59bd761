using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers.CircuitTracer;

/// <summary>The <c>config.yaml</c> of a set of transcoders.</summary>
internal sealed record CircuitTracerConfig(
    string? ModelKind, string? HookIn, string? HookOut, string? Activation, int? K, ConfigObject? Fields)
{
    public static CircuitTracerConfig None { get; } = new(null, null, null, null, null, null);

    public static async Task<CircuitTracerConfig> ReadAsync(FormatInput input, string name, CancellationToken cancellationToken)
    {
        var fields = await input.ConfigAsync(name, cancellationToken);
        var config = new CircuitTracerConfig(
            fields.Text("model_kind"),
            fields.Text("feature_input_hook"),
            fields.Text("feature_output_hook"),
            fields.Text("activation"),
            fields.Whole("k"),
            fields);
        if (config.ModelKind is not (null or "transcoder_set" or "cross_layer_transcoder"))
        {
            throw fields.Fault("model_kind", $"'{ConfigObject.Clip(config.ModelKind)}' is not supported; transcoder_set is");
        }

        // Where the files come from and what shows them.
        fields
            .Ignore("model_name", "scan", "transcoders", "repo_id", "subfolder", "revision", "dtype", "neuronpedia_source_set")
            .RequireAllKnown("circuit-tracer");
        return config;
    }

    /// <summary>The gate: a threshold in the file makes a JumpReLU, as the library takes it; the other two are said by name.</summary>
    public GateKind GateOf(bool hasThreshold, bool hasK)
    {
        var gate = (Activation, hasThreshold) switch
        {
            (null or "relu" or "jumprelu" or "jump_relu", true) => GateKind.JumpReLU,
            (null, false) => hasK || K is not null ? GateKind.TopKSigned : GateKind.ReLU,
            ("relu", false) => GateKind.ReLU,
            ("topk", false) => GateKind.TopKSigned,
            ("topk", true) => throw Fault("activation", "is topk, but the file has a threshold, as jumprelu"),
            ("jumprelu" or "jump_relu", false) => throw Fault(
                "activation",
                "is jumprelu, but the file has no activation_function.threshold"),
            _ => throw Fault("activation", $"'{ConfigObject.Clip(Activation)}' is not supported; relu, jumprelu and topk are"),
        };
        return gate != GateKind.TopKSigned && (hasK || K is not null)
            ? throw Fault("k", $"there is a k, which has no meaning for {gate}")
            : gate;
    }

    private InvalidInputException Fault(string field, string problem) =>
        Fields?.Fault(field, problem) ?? new InvalidInputException(field, problem);
}

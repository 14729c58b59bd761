using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers.SaeLens;

/// <summary>What SAELens' <c>cfg.json</c> says.</summary>
internal sealed record SaeLensConfig
{
    private static readonly Dictionary<string, (GateKind Gate, AutoencoderKind Kind)> Architectures = new(StringComparer.Ordinal)
    {
        ["standard"] = (GateKind.ReLU, AutoencoderKind.Autoencoder),
        ["topk"] = (GateKind.TopK, AutoencoderKind.Autoencoder),
        ["abstopk"] = (GateKind.TopKMagnitude, AutoencoderKind.Autoencoder),
        ["jumprelu"] = (GateKind.JumpReLU, AutoencoderKind.Autoencoder),
        ["gated"] = (GateKind.Gated, AutoencoderKind.Autoencoder),
        ["transcoder"] = (GateKind.ReLU, AutoencoderKind.Transcoder),
        ["skip_transcoder"] = (GateKind.ReLU, AutoencoderKind.SkipTranscoder),
        ["jumprelu_transcoder"] = (GateKind.JumpReLU, AutoencoderKind.Transcoder),
        ["jumprelu_skip_transcoder"] = (GateKind.JumpReLU, AutoencoderKind.SkipTranscoder),
    };

    public required string Architecture { get; init; }

    public required GateKind Gate { get; init; }

    public required AutoencoderKind Kind { get; init; }

    public required InputMap InputMap { get; init; }

    public int? K { get; init; }

    public bool RescalesByDecoderNorm { get; init; }

    public double? L0 { get; init; }

    public double? Fvu { get; init; }

    public string? HookIn { get; init; }

    public string? HookOut { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<string> Differences { get; init; } = [];

    public bool SubtractsBias => InputMap.SubtractsBias;

    public bool IsTopK => Gate is GateKind.TopK or GateKind.TopKMagnitude;

    private ConfigObject? Fields { get; init; }

    public static SaeLensConfig Read(ConfigObject config)
    {
        var (architecture, k) = ArchitectureOf(config);
        var (gate, kind) = Architectures[architecture];
        var isTopK = gate is GateKind.TopK or GateKind.TopKMagnitude;
        var metadata = SaeLensMetadata.Read(config);
        var notes = new List<string>(metadata.Notes);
        var applies = config.Flag("apply_b_dec_to_input");
        if (kind == AutoencoderKind.Autoencoder && applies is null)
        {
            notes.Add("cfg.json doesn't say apply_b_dec_to_input: true is assumed, as SAELens does");
        }
        else if (kind != AutoencoderKind.Autoencoder && applies == true)
        {
            notes.Add("apply_b_dec_to_input is true, but transcoders never subtract b_dec in SAELens");
        }

        var reshape = config.Text("reshape_activations");
        if (reshape is not (null or "none" or "hook_z"))
        {
            throw config.Fault("reshape_activations", $"'{ConfigObject.Clip(reshape)}' is not supported; none and hook_z are");
        }

        var rescales = config.Flag("rescale_acts_by_decoder_norm") ?? false;
        if (rescales && !isTopK)
        {
            throw config.Fault(
                "rescale_acts_by_decoder_norm",
                $"is true, which has a meaning for topk and abstopk, not for {architecture}");
        }

        var read = new SaeLensConfig
        {
            Architecture = architecture,
            Gate = gate,
            Kind = kind,
            K = isTopK ? config.Whole("k") ?? k : null,
            RescalesByDecoderNorm = rescales,
            InputMap = new InputMap(
                metadata.Centred,
                NormOf(config),
                NormUndone: kind == AutoencoderKind.Autoencoder,
                SubtractsBias: kind == AutoencoderKind.Autoencoder && (applies ?? true)),
            L0 = metadata.L0,
            Fvu = metadata.Fvu,
            HookIn = metadata.HookIn,
            HookOut = kind == AutoencoderKind.Autoencoder ? null : metadata.HookOut,
            Notes = notes,
            Differences = metadata.Centred
                ? ["inputs are centred because its model was loaded with center_writing_weights; tools that feed it raw activations give "
                    + "other latents"]
                : [],
            Fields = config,
        };
        _ = (config.Whole("d_in"), config.Whole("d_sae"), config.Whole("d_out"));
        config.Ignore(SaeLensKeys.Irrelevant).RequireAllKnown("saelens");
        return read;
    }

    /// <summary>Throws where the tensors have other sizes than the configuration says.</summary>
    public void RequireSizes(WeightParts parts)
    {
        Require("d_in", parts.Encoder.Columns);
        Require("d_sae", parts.Encoder.Rows);
        var output = Kind == AutoencoderKind.Autoencoder ? parts.Encoder.Columns : Fields!.Whole("d_out") ?? parts.Decoder.Columns;
        parts.Decoder.RequireShape(parts.Encoder.Rows, output);
    }

    private void Require(string field, long size)
    {
        if (Fields!.Whole(field) is { } said && said != size)
        {
            throw Fields.Fault(field, $"{field} is {said}, but the tensor W_enc has {size}");
        }
    }

    private static (string Architecture, int? K) ArchitectureOf(ConfigObject config)
    {
        // Before 6.0 TopK was an activation function of the standard architecture.
        var activation = config.IsText("activation_fn_str") ? config.Text("activation_fn_str") : config.Text("activation_fn");
        var arguments = config.Object("activation_fn_kwargs");
        var k = arguments?.Whole("k");
        arguments?.RequireAllKnown("saelens");
        var architecture = config.Text("architecture") ?? "standard";
        if (!Architectures.ContainsKey(architecture))
        {
            var why = architecture switch
            {
                "batchtopk" or "matryoshka_batchtopk" =>
                    "a training checkpoint: its gate depends on the whole batch. Bring what save_inference_model writes",
                "temporal" => "it needs the whole sequence",
                "matching_pursuit" => "it encodes step by step, each depending on the last",
                _ => "it is not known",
            };
            throw config.Fault(
                "architecture",
                $"'{ConfigObject.Clip(architecture)}' is not supported ({why}); supported are {string.Join(", ", Architectures.Keys)}");
        }

        return (activation, architecture) switch
        {
            (null or "relu", _) => (architecture, k),
            ("topk", "standard" or "topk") => ("topk", k),
            _ => throw config.Fault(
                "activation_fn_str",
                $"'{ConfigObject.Clip(activation)}' with architecture {architecture} is not supported; relu and, for standard, topk are"),
        };
    }

    private static InputNorm NormOf(ConfigObject config)
    {
        const string Field = "normalize_activations";
        if (config.IsFlag(Field))
        {
            return config.Flag(Field) == false
                ? InputNorm.None
                : throw config.Fault(
                    Field,
                    "normalize_activations true meant expected_average_only_in: the factor is not in the files. Fold it into the weights");
        }

        return config.Text(Field) switch
        {
            null or "none" => InputNorm.None,
            "layer_norm" => InputNorm.LayerNorm,
            "constant_norm_rescale" => InputNorm.ConstantNorm,
            ("expected_average_only_in" or "covariance_whitening") and var unfolded => throw config.Fault(
                Field, $"{unfolded} was not folded into the weights, and the files don't hold what it multiplies by. Save the "
                    + "autoencoder folded"),
            { } other => throw config.Fault(
                Field, $"'{ConfigObject.Clip(other)}' is not supported; none, layer_norm and constant_norm_rescale are"),
        };
    }
}

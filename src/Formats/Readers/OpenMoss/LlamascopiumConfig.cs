using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Readers.OpenMoss;

/// <summary>The <c>config.json</c> that llamascopium writes, for Llama-Scope-R1-Distill too.</summary>
internal sealed record LlamascopiumConfig(
    ConfigObject Fields,
    GateKind Gate,
    string Norm,
    bool IncludesDecoderNorm,
    bool HasDecoderBias,
    bool HasGlu,
    string HookIn,
    string HookOut)
{
    public const string FileName = "config.json";
    public const string NormPrefix = "dataset_average_activation_norm.";
    public const string DatasetWise = "dataset-wise";
    public const string TokenWise = "token-wise";

    private static readonly string[] Training =
    [
        "use_triton_kernel", "sparsity_threshold_for_triton_spmm_kernel", "jumprelu_threshold_window", "top_k", "d_model",
        "expansion_factor", "dtype", "device", "sae_pretrained_name_or_path", "fold_activation_scale", "decode_with_csr",
        "sparsity_threshold_for_csr", "promote_act_fn_dtype", "jump_relu_threshold", "jumprelu_lr_factor",
    ];

    public int? TopK => Fields.Whole("top_k");

    public static LlamascopiumConfig Read(ConfigObject config, string reader)
    {
        var type = config.Text("sae_type");
        if (type is not "sae")
        {
            throw config.Fault("sae_type", type is "crosscoder" or "clt" or "lorsa" or "molt"
                ? $"{type} is not supported: only autoencoders and transcoders of one place are"
                : $"'{ConfigObject.Clip(type ?? "missing")}' is not supported; sae is");
        }

        var norm = config.Text("norm_activation");
        if (norm is not (DatasetWise or TokenWise or "inference"))
        {
            throw config.Fault("norm_activation", norm == "batch-wise"
                ? "batch-wise normalisation depends on the batch, which is not supported"
                : $"'{ConfigObject.Clip(norm ?? "missing")}' is not supported; {DatasetWise}, {TokenWise} and inference are");
        }

        var hookIn = config.Text("hook_point_in") ?? throw config.Fault("hook_point_in", "is missing");
        var read = new LlamascopiumConfig(
            config,
            GateOf(config),
            norm,
            config.Flag("sparsity_include_decoder_norm")
                ?? throw config.Fault("sparsity_include_decoder_norm", "is missing: it decides which latents are active"),
            config.Flag("use_decoder_bias") ?? true,
            config.Flag("use_glu_encoder") ?? false,
            hookIn,
            config.Text("hook_point_out") ?? hookIn);
        config.Ignore(Training).RequireAllKnown(reader);
        return read;
    }

    public static bool IsNorm(string tensor) => tensor.StartsWith(NormPrefix, StringComparison.Ordinal);

    /// <summary>Throws where the tensors have other sizes than the configuration says.</summary>
    public void RequireSizes(AutoencoderHeader header)
    {
        var width = Fields.Whole("d_model");
        if (width is not null && width != header.InputSize)
        {
            throw Fields.Fault("d_model", $"is {width}, but the encoder has {header.InputSize} inputs");
        }

        if (width is { } size && Fields.Number("expansion_factor") is { } factor && (int)(size * factor) != header.LatentCount)
        {
            throw Fields.Fault(
                "expansion_factor",
                $"gives d_sae {(int)(size * factor)} (d_model · expansion_factor), but the encoder has {header.LatentCount} latents");
        }
    }

    /// <summary>√width / norm of a place, from the tensors beside the weights.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor, or it is not a number above 0.</exception>
    public static async Task<double?> ScaleAsync(TensorSet tensors, string hook, int width, CancellationToken cancellationToken)
    {
        if (tensors.Optional(NormPrefix + hook) is not { } norm)
        {
            return null;
        }

        var value = await TensorReader.ReadNumberAsync(norm, cancellationToken);
        return value > 0 ? Math.Sqrt(width) / value : throw norm.Fault($"is {value}; norm_activation dataset-wise needs a number above 0");
    }

    private static GateKind GateOf(ConfigObject config) => config.Text("act_fn") switch
    {
        "relu" => GateKind.ReLU,
        "jumprelu" => GateKind.JumpReLU,
        "topk" => GateKind.TopK,
        ("batchtopk" or "layertopk" or "batchlayertopk") and var batch => throw config.Fault(
            "act_fn",
            $"{batch} selects over more than one token's latents, which is not supported; convert it to jumprelu, as the library does"),
        var other => throw config.Fault(
            "act_fn",
            $"'{ConfigObject.Clip(other ?? "missing")}' is not supported; relu, jumprelu and topk are"),
    };
}

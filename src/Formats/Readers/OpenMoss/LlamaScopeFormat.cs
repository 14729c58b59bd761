using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers.OpenMoss;

/// <summary>
/// Llama Scope: <c>hyperparams.json</c> with <c>checkpoints/final.safetensors</c>. Its authors fold the activations' norms and then the
/// decoder's norms into the weights when they load it; the threshold is one number on the scale of what comes out.
/// </summary>
internal sealed class LlamaScopeFormat : IAutoencoderFormat
{
    private const string Config = "hyperparams.json";

    private static readonly string[] Weights = ["checkpoints/final.safetensors", "final.safetensors"];

    private static readonly string[] Training =
    [
        "decoder_exactly_fixed_norm", "init_decoder_norm", "init_encoder_norm", "init_encoder_with_decoder_transpose", "lp",
        "l1_coefficient", "l1_coefficient_warmup_steps", "k_warmup_steps", "use_batch_norm_mse", "device", "dtype", "seed",
        "remove_gradient_parallel_to_decoder_directions", "decoder_bias_init_method", "use_ghost_grads", "sae_pretrained_name_or_path",
        "strict_loading", "exp_name", "exp_series", "exp_result_dir", "sae_type", "label", "image_tokens",
        "sparsity_threshold_for_triton_spmm_kernel", "use_triton_kernel",
    ];

    public string Name => "llama-scope";

    public Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        Task.FromResult(input.Has(Config) && input.Find(Weights) is not null);

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        var weightsName = input.Find(Weights);
        if (weightsName is null || !input.Has(Config))
        {
            throw new InvalidInputException(input.Name, $"has no {Config} with {Weights[0]} beside it");
        }

        var config = await input.ConfigAsync(Config, cancellationToken);
        foreach (var unsupported in (string[])["apply_decoder_bias_to_pre_encoder", "use_glu_encoder"])
        {
            if (config.Flag(unsupported) == true)
            {
                throw config.Fault(unsupported, "is true, which no published autoencoder of this format has and which is not supported");
            }
        }

        var tensors = new TensorSet(await input.TensorsAsync(weightsName, cancellationToken));
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require("encoder.weight"), transposed: false),
            EncoderBias = tensors.Require("encoder.bias"),
            Decoder = MatrixPart.Decoder(tensors.Require("decoder.weight"), transposed: true),
            OutputBias = config.Flag("use_decoder_bias") == false ? null : tensors.Require("decoder.bias"),
        };
        tensors.RequireAllKnown(Name);
        var (gate, threshold) = GateOf(config);
        var scales = ScalesOf(config, parts);
        var includesNorm = config.Flag("sparsity_include_decoder_norm")
            ?? throw config.Fault("sparsity_include_decoder_norm", "is missing: it decides whether the decoder's norms are folded");
        var header = parts.Describe(input, Name, $"Llama Scope {gate}", gate);
        RequireSizes(config, header);
        if (gate == GateKind.TopK)
        {
            header = header with { K = TopKs.Require(input, config.Whole("top_k"), header.LatentCount, $"{Config}, field 'top_k'") };
        }

        header = header.Placed(input.Hints, config.Text("hook_point_in"), config.Text("hook_point_out")).Differing(
            "latents are in the raw activation's scale, as the authors' own loading gives them; SAELens leaves them multiplied by "
            + "√d / norm.in"
            + (includesNorm ? ", and does not fold the decoder's norms, which changes which latents are active" : ""));
        config.Ignore(Training).Ignore("top_k").RequireAllKnown(Name);
        return new OpenedAutoencoder(header, async cancel =>
        {
            var weights = await parts.LoadAsync(cancel);
            LoadedWeights.Scale(weights.EncoderBias, 1 / scales.In);
            LoadedWeights.Scale(weights.OutputBias, 1 / scales.Out);
            weights.Decoder.Scale(scales.In / scales.Out);
            if (includesNorm)
            {
                weights.FoldDecoderNorms();
            }

            return weights.Define(header, gate switch
            {
                GateKind.JumpReLU => new JumpReluGate(Thresholds.Constant((float)threshold, header.LatentCount)),
                GateKind.TopK => new TopKGate(GateKind.TopK, header.K),
                _ => Gate.ReLU,
            });
        });
    }

    private static (GateKind Gate, double Threshold) GateOf(ConfigObject config)
    {
        var threshold = config.Number("jump_relu_threshold");
        return config.Text("act_fn") switch
        {
            "jumprelu" when threshold is null => throw config.Fault("jump_relu_threshold", "the threshold of a jumprelu is missing"),
            "jumprelu" => (GateKind.JumpReLU, threshold.Value),
            // Trained as TopK, made a JumpReLU for use.
            "topk" when threshold > 0 => (GateKind.JumpReLU, threshold.Value),
            "topk" => (GateKind.TopK, 0),
            "relu" => (GateKind.ReLU, 0),
            var other => throw config.Fault(
                "act_fn",
                $"'{ConfigObject.Clip(other ?? "missing")}' is not supported; jumprelu, topk and relu are"),
        };
    }

    private static (double In, double Out) ScalesOf(ConfigObject config, WeightParts parts)
    {
        const string Norms = "dataset_average_activation_norm";
        var norms = config.Object(Norms);
        switch (config.Text("norm_activation"))
        {
            case "dataset-wise":
                var fields = norms ?? throw config.Fault(Norms, "is missing: norm_activation dataset-wise needs it");
                var scales = (
                    Math.Sqrt(parts.Encoder.Columns) / Positive(fields, "in"),
                    Math.Sqrt(parts.Decoder.Columns) / (fields.Has("out") ? Positive(fields, "out") : Positive(fields, "in")));
                fields.RequireAllKnown("llama-scope");
                return scales;
            case "inference":
                return (1, 1);
            case var other:
                throw config.Fault(
                    "norm_activation",
                    $"'{ConfigObject.Clip(other ?? "missing")}' is not supported; dataset-wise and inference are");
        }
    }

    private static double Positive(ConfigObject fields, string name) => fields.Number(name) is > 0 and { } norm
        ? norm
        : throw fields.Fault(name, "has to be a number above 0");

    private static void RequireSizes(ConfigObject config, AutoencoderHeader header)
    {
        var (model, latents) = (config.Whole("d_model"), config.Whole("d_sae"));
        if (model is not null && model != header.InputSize)
        {
            throw config.Fault("d_model", $"is {model}, but encoder.weight has {header.InputSize} inputs");
        }

        var expected = latents
            ?? (model is { } width && config.Number("expansion_factor") is { } factor ? (int)(width * factor) : header.LatentCount);
        config.Ignore("expansion_factor");
        if (expected != header.LatentCount)
        {
            throw config.Fault(
                "d_sae",
                $"d_sae (d_model · expansion_factor) is {expected}, but encoder.weight has {header.LatentCount} latents");
        }
    }
}

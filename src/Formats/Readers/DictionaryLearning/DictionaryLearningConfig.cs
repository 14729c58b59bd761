using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers.DictionaryLearning;

/// <summary>What the <c>config.json</c> beside a dictionary says.</summary>
internal sealed record DictionaryLearningConfig
{
    public const string AutoEncoder = "AutoEncoder";
    public const string AutoEncoderNew = "AutoEncoderNew";
    public const string Gated = "GatedAutoEncoder";
    public const string JumpRelu = "JumpReluAutoEncoder";
    public const string TopK = "AutoEncoderTopK";
    public const string BatchTopK = "BatchTopKSAE";
    public const string Matryoshka = "MatryoshkaBatchTopKSAE";

    private static readonly string[] Classes = [AutoEncoder, AutoEncoderNew, Gated, JumpRelu, TopK, BatchTopK, Matryoshka];

    private static readonly string[] Training =
    [
        "trainer_class", "lr", "steps", "auxk_alpha", "warmup_steps", "decay_start", "decay_end", "threshold_beta", "threshold_start_step",
        "top_k_aux", "seed", "device", "lm_name", "wandb_name", "l1_penalty", "sparsity_warmup_steps", "resample_steps", "bandwidth",
        "sparsity_penalty", "target_l0", "group_fractions", "group_weights", "group_sizes", "sparsity_function",
        "initial_sparsity_penalty", "anneal_start", "anneal_end", "p_start", "p_end", "n_sparsity_updates", "sparsity_queue_length",
        "sparsity_loss", "lr_decay_start", "lambda_warmup_steps", "hidden_dim", "entropy", "use_decoder_norm", "num_tokens", "batch_size",
        "k_anneal_steps", "momentum", "grad_clip", "log_steps",
    ];

    private static readonly string[] Buffer =
    [
        "d_submodule", "n_ctxs", "ctx_len", "refresh_batch_size", "out_batch_size", "device", "remove_bos", "add_special_tokens",
        "shuffle", "dtype", "max_activation_norm_multiple",
    ];

    public required string Class { get; init; }

    public required ConfigObject Trainer { get; init; }

    public int? K { get; init; }

    public string? HookIn { get; init; }

    public string? HookOut { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    public static DictionaryLearningConfig Read(ConfigObject config)
    {
        var trainer = config.Object("trainer") ?? throw config.Fault("trainer", "is missing");
        var dictionary = trainer.Text("dict_class");
        if (!Classes.Contains(dictionary))
        {
            var crosscoder = dictionary?.Contains("CrossCoder", StringComparison.Ordinal) ?? false;
            throw trainer.Fault("dict_class", crosscoder
                ? $"{ConfigObject.Clip(dictionary!)} is a crosscoder, which is not supported"
                : $"'{ConfigObject.Clip(dictionary ?? "missing")}' is not known; supported are {string.Join(", ", Classes)}");
        }

        var buffer = config.Object("buffer");
        var (hookIn, hookOut, note) = Hooks(trainer, buffer);
        var read = new DictionaryLearningConfig
        {
            Class = dictionary!,
            Trainer = trainer,
            K = trainer.Whole("k"),
            HookIn = hookIn,
            HookOut = hookOut,
            Notes = note is null ? [] : [note],
        };
        _ = (trainer.Whole("activation_dim"), trainer.Whole("dict_size"));
        trainer.Ignore(Training).RequireAllKnown("dictionary_learning");
        buffer?.Ignore(Buffer).RequireAllKnown("dictionary_learning");
        config.RequireAllKnown("dictionary_learning");
        return read;
    }

    /// <summary>Throws where the tensors have other sizes than the configuration says.</summary>
    public void RequireSizes(AutoencoderHeader header)
    {
        foreach (var (field, size) in ((string, int)[])[("activation_dim", header.InputSize), ("dict_size", header.LatentCount)])
        {
            if (Trainer.Whole(field) is { } said && said != size)
            {
                throw Trainer.Fault(field, $"is {said}, but the tensors in ae.pt have {size}");
            }
        }
    }

    private static (string? In, string? Out, string? Note) Hooks(ConfigObject trainer, ConfigObject? buffer)
    {
        var module = trainer.Text("submodule_name");
        var side = buffer?.Text("io");
        var layer = trainer.IsNumber("layer") ? trainer.Whole("layer") : null;
        trainer.Ignore("layer");
        if (layer is null)
        {
            return (null, null, null);
        }

        if (side is "in_and_out")
        {
            throw buffer!.Fault("io", "is in_and_out: an autoencoder trained from a module's input to its output is not supported");
        }

        // Without a name the library's examples take the layer itself.
        var hook = (module, side) switch
        {
            (null, null or "out") => $"blocks.{layer}.hook_resid_post",
            (null, "in") => $"blocks.{layer}.hook_resid_pre",
            ({ } name, null or "out") when name.Contains("resid_post", StringComparison.Ordinal) => $"blocks.{layer}.hook_resid_post",
            ({ } name, null or "out") when name.Contains("attn", StringComparison.Ordinal)
                || name.Contains("attention", StringComparison.Ordinal) =>
                $"blocks.{layer}.hook_attn_out",
            ({ } name, null or "out") when name.Contains("mlp", StringComparison.Ordinal) => $"blocks.{layer}.hook_mlp_out",
            _ => null,
        };
        return hook is null
            ? (null, null, $"what its submodule '{ConfigObject.Clip(module ?? "")}' ({side}) means is not known")
            : (hook, null, module is not null
                ? null
                : $"no submodule is named: the residual stream {(side == "in" ? "before" : "after")} layer {layer} is assumed");
    }
}

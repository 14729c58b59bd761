using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers;

/// <summary>gpt2-small-hook-z-kk: <c>{name}.pt</c> with <c>{name}_cfg.json</c> beside it.</summary>
internal sealed class HookZFormat : IAutoencoderFormat
{
    private const string ConfigSuffix = "_cfg.json";

    private static readonly string[] Training =
    [
        "model_name", "site", "layer", "seed", "batch_size", "buffer_mult", "lr", "num_tokens", "l1_coeff", "l1_coefficient", "beta1",
        "beta2", "dict_mult", "seq_len", "enc_dtype", "remove_rare_dir", "model_batch_size", "buffer_size", "buffer_batches", "device",
        "name", "save_dir", "save_state_dict_every", "resample_factor", "bias_resample_factor", "resample_scheme", "re_init_every",
        "anthropic_resample_last", "num_resamples", "dead_direction_cutoff", "dec_init_norm", "wandb_project_name", "wandb_entity",
        "version", "d_model", "dataset_name", "head", "concat_heads", "log_every", "save_every", "normalize_activations_during_training",
        "normalize_acts_on_reset", "eval_batches",
    ];

    public string Name => "hook-z-kk";

    public Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) => Task.FromResult(FileOf(input) is not null);

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        var name = FileOf(input) ?? throw new InvalidInputException(input.Name, "has no .pt file with its _cfg.json beside it");
        var config = await input.ConfigAsync(ConfigOf(name), cancellationToken);
        var file = await input.TensorsAsync(name, cancellationToken);
        new CheckpointValues(file).RequireAllKnown(Name);
        var tensors = new TensorSet(file);
        var bias = tensors.Require("b_dec");
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require("W_enc"), transposed: true),
            EncoderBias = tensors.Require("b_enc"),
            Decoder = MatrixPart.Decoder(tensors.Require("W_dec"), transposed: false),
            InputBias = bias,
            OutputBias = bias,
        }.RequireAutoencoder();
        tensors.RequireAllKnown(Name);
        Require(config, "act_size", parts.Encoder.Columns);
        Require(config, "dict_size", parts.Encoder.Rows);
        var hook = config.Text("act_name");
        config.Ignore(Training).RequireAllKnown(Name);
        var header = parts.Describe(input, Name, "hook-z-kk relu", GateKind.ReLU).Placed(input.Hints, hook).Assuming(
            "its model may have been loaded with folded value biases, which the configuration doesn't say; inputs are taken as the model "
                + "as published has them");
        return new OpenedAutoencoder(header, async cancel => (await parts.LoadAsync(cancel)).Define(header, Gate.ReLU));
    }

    private static void Require(ConfigObject config, string field, long size)
    {
        if (config.Whole(field) is { } said && said != size)
        {
            throw config.Fault(field, $"is {said}, but W_enc has {size}");
        }
    }

    private static string? FileOf(FormatInput input)
    {
        bool Fits(string name) => name.EndsWith(".pt", StringComparison.Ordinal) && input.Has(ConfigOf(name));
        if (input.File is not null)
        {
            return Fits(input.File) ? input.File : null;
        }

        return input.Names.Where(Fits).ToArray() is [var only] ? only : null;
    }

    private static string ConfigOf(string name) => name[..name.LastIndexOf('.')] + ConfigSuffix;
}

using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers.SaeLens;

/// <summary>
/// Where an autoencoder of SAELens sits and how its model was loaded: under <c>metadata</c>, before 6.0 beside the other fields.
/// </summary>
internal sealed record SaeLensMetadata(string? HookIn, string? HookOut, bool Centred, double? L0, double? Fvu, IReadOnlyList<string> Notes)
{
    private const string Kwargs = "model_from_pretrained_kwargs";
    private const string Centre = "center_writing_weights";

    // What changes activations of the residual stream, or of places that an autoencoder may read, in the model that TransformerLens makes.
    private static readonly string[] Processing = ["fold_ln", "fold_value_biases", "refactor_factored_attn_matrices"];

    private static readonly string[] LoadingOptions =
    [
        "center_unembed", "dtype", "torch_dtype", "device", "device_map", "n_devices", "trust_remote_code", "revision", "checkpoint_index",
        "checkpoint_value", "hf_model", "tokenizer", "default_prepend_bos", "default_padding_side", "move_to_device", "token", "cache_dir",
        "local_files_only", "low_cpu_mem_usage", "attn_implementation", "first_n_layers", "n_ctx", "use_safetensors", "load_in_8bit",
        "load_in_4bit",
    ];

    public static SaeLensMetadata Read(ConfigObject config)
    {
        var metadata = config.Object("metadata");
        var fields = metadata ?? config;
        foreach (var head in (string[])["hook_head_index", "hook_head_index_out", "hook_point_head_index"])
        {
            if (fields.Has(head))
            {
                throw fields.Fault(head, $"is {fields.Raw(head)}: an autoencoder on one head is not supported");
            }
        }

        var hook = fields.Text("hook_name") ?? fields.Text("hook_point") ?? config.Text("hook_name");
        var notes = new List<string>();
        var centred = ReadKwargs(fields.Object(Kwargs) ?? config.Object(Kwargs), hook, notes);
        var hookOut = fields.Text("hook_name_out");
        if (metadata is not null)
        {
            notes.AddRange(metadata.Ignore(SaeLensKeys.Descriptive).Ignore(SaeLensKeys.Irrelevant).Unknown().Select(
                name => $"metadata field '{ConfigObject.Clip(name)}' is not known; metadata describes the training and was not used"));
        }

        var fvu = Published(metadata, "fvu") ?? 1 - Published(metadata, "explained_variance");
        return new SaeLensMetadata(hook, hookOut, centred, Published(metadata, "l0"), fvu, notes);
    }

    private static double? Published(ConfigObject? metadata, string figure) =>
        metadata is not null && metadata.IsNumber(figure) ? metadata.Number(figure) : null;

    private static bool ReadKwargs(ConfigObject? kwargs, string? hook, List<string> notes)
    {
        if (kwargs is null)
        {
            return false;
        }

        var location = hook is null ? null : PlaceNames.Parse(hook).Location;
        foreach (var option in Processing)
        {
            var changes = option == "fold_ln"
                ? location is not (PlaceNames.AfterEmbedding or PlaceNames.BetweenAttentionAndMlp or PlaceNames.AfterLayer
                    or PlaceNames.AttentionOut or PlaceNames.MlpOut or PlaceNames.HeadsOut or PlaceNames.Neurons)
                : location is PlaceNames.HeadsOut or null;
            if (kwargs.Flag(option) == true)
            {
                notes.Add(changes
                    ? throw kwargs.Fault(
                        option,
                        $"is true: the model was changed so that '{hook}' has other activations than the model as published")
                    : $"the model was loaded with {option}, which doesn't change {hook}");
            }
        }

        var centres = kwargs.Flag(Centre) ?? false;
        kwargs.Ignore(LoadingOptions).RequireAllKnown("saelens");
        if (!centres)
        {
            return false;
        }

        switch (location)
        {
            case PlaceNames.AfterEmbedding or PlaceNames.BetweenAttentionAndMlp or PlaceNames.AfterLayer or PlaceNames.AttentionOut
                or PlaceNames.MlpOut:
                notes.Add($"{Centre} is true: inputs are centred over the model's width, as TransformerLens does in models with LayerNorm");
                return true;
            case PlaceNames.HeadsOut or PlaceNames.Neurons or PlaceNames.MlpIn or PlaceNames.MlpInNormalized:
                notes.Add($"{Centre} is true, which doesn't change {hook}");
                return false;
            default:
                throw kwargs.Fault(Centre, $"is true, and whether that changes the activations at '{hook}' is not known");
        }
    }
}

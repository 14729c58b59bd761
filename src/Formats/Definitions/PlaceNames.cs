using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AeServerless.Formats.Definitions;

/// <summary>The names that TransformerLens, Hugging Face modules and this project have for the same places.</summary>
public static partial class PlaceNames
{
    /// <summary>The residual stream after the embeddings.</summary>
    public const string AfterEmbedding = "resid.post_emb";

    /// <summary>The residual stream after a layer.</summary>
    public const string AfterLayer = "resid.post_mlp";

    /// <summary>What the MLP reads, behind the norm and its weight.</summary>
    public const string MlpIn = "mlp.in";

    /// <summary>What the MLP reads, before the norm's weight is applied.</summary>
    public const string MlpInNormalized = "mlp.in_normalized";

    /// <summary>What the MLP adds to the stream.</summary>
    public const string MlpOut = "resid.delta_mlp";

    /// <summary>What attention adds to the stream.</summary>
    public const string AttentionOut = "resid.delta_attn";

    /// <summary>The heads' outputs before the output projection, end to end.</summary>
    public const string HeadsOut = "attn.v_out";

    /// <summary>The residual stream between attention and MLP.</summary>
    public const string BetweenAttentionAndMlp = "resid.post_attn";

    /// <summary>The MLP's neurons.</summary>
    public const string Neurons = "mlp.post_act";

    private const string BeforeLayer = "before";

    private static readonly FrozenDictionary<string, string> TransformerLens = new Dictionary<string, string>
    {
        ["hook_resid_pre"] = BeforeLayer,
        ["hook_resid_mid"] = BetweenAttentionAndMlp,
        ["hook_resid_post"] = AfterLayer,
        ["hook_attn_out"] = AttentionOut,
        ["hook_mlp_out"] = MlpOut,
        ["attn.hook_z"] = HeadsOut,
        ["mlp.hook_post"] = Neurons,
        ["hook_mlp_in"] = MlpIn,
        ["mlp.hook_in"] = MlpIn,
        ["ln2.hook_normalized"] = MlpInNormalized,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Modules = new Dictionary<string, string>
    {
        ["output"] = AfterLayer,
        ["input"] = BeforeLayer,
        ["self_attn.o_proj.input"] = HeadsOut,
        ["attn.c_proj.input"] = HeadsOut,
        ["attention.dense.input"] = HeadsOut,
        ["self_attn.output"] = AttentionOut,
        ["attn.output"] = AttentionOut,
        ["attention.output"] = AttentionOut,
        ["mlp.output"] = MlpOut,
        ["post_feedforward_layernorm.output"] = MlpOut,
        ["mlp.input"] = MlpIn,
        ["pre_feedforward_layernorm.output"] = MlpIn,
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Own = new[]
    {
        AfterEmbedding, BetweenAttentionAndMlp, AfterLayer, AttentionOut, MlpOut, HeadsOut, Neurons, MlpIn, MlpInNormalized,
    }.ToFrozenSet();

    /// <summary>The place that a name means; its location is null where the name is not known.</summary>
    /// <param name="hook">
    /// A TransformerLens hook (<c>blocks.4.hook_resid_post</c>), a module with <c>.input</c> or <c>.output</c> behind it
    /// (<c>model.layers.4.mlp.output</c>), or this project's name of a place (<c>resid.delta_mlp</c> or <c>resid_delta_mlp</c>).
    /// </param>
    /// <param name="layer">The layer, where the name doesn't hold it.</param>
    public static Place Parse(string hook, int? layer = null)
    {
        ArgumentNullException.ThrowIfNull(hook);
        if (hook is "hook_embed" or "embed_tokens.output" or "model.embed_tokens.output" or "transformer.wte.output")
        {
            return new Place(hook, AfterEmbedding, null);
        }

        if (Own.FirstOrDefault(name => name == hook || name.Replace('.', '_') == hook) is { } own)
        {
            return new Place(hook, own, own == AfterEmbedding ? null : layer);
        }

        if (HookPattern().Match(hook) is { Success: true } match
            && int.TryParse(match.Groups["layer"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            var names = match.Groups["lens"].Success ? TransformerLens : Modules;
            return names.TryGetValue(match.Groups["rest"].Value, out var location)
                ? At(hook, location, number)
                : new Place(hook, null, number);
        }

        return new Place(hook, null, layer);
    }

    private static Place At(string hook, string location, int layer) => (location, layer) switch
    {
        (BeforeLayer, 0) => new Place(hook, AfterEmbedding, null),
        (BeforeLayer, _) => new Place(hook, AfterLayer, layer - 1),
        _ => new Place(hook, location, layer),
    };

    [GeneratedRegex(
        @"\A(?:(?<lens>blocks)|(?:model\.|transformer\.|gpt_neox\.|model\.language_model\.|language_model\.model\.)?(?:layers|h))"
        + @"\.(?<layer>[0-9]{1,6})\.(?<rest>[a-z0-9_.]+)\z")]
    private static partial Regex HookPattern();
}

using System.Collections.Frozen;
using System.Globalization;

namespace AeServerless.Models.Recording;

/// <summary>TransformerLens's names of the same places.</summary>
public static class TransformerLensNames
{
    private const string Blocks = "blocks.";
    private const string Before = "hook_resid_pre";

    private static readonly FrozenDictionary<string, string> ByHook = new Dictionary<string, string>
    {
        ["attn.hook_q"] = ModelLocations.AttnQ,
        ["attn.hook_k"] = ModelLocations.AttnK,
        ["attn.hook_v"] = ModelLocations.AttnV,
        ["attn.hook_z"] = ModelLocations.AttnVOut,
        ["hook_attn_out"] = ModelLocations.ResidDeltaAttn,
        ["hook_resid_mid"] = ModelLocations.ResidPostAttn,
        ["ln2.hook_normalized"] = ModelLocations.MlpInNormalized,
        ["hook_mlp_in"] = ModelLocations.MlpIn,
        ["mlp.hook_in"] = ModelLocations.MlpIn,
        ["mlp.hook_pre"] = ModelLocations.MlpPreAct,
        ["mlp.hook_pre_linear"] = ModelLocations.MlpUp,
        ["mlp.hook_post"] = ModelLocations.MlpPostAct,
        ["hook_mlp_out"] = ModelLocations.ResidDeltaMlp,
        ["hook_resid_post"] = ModelLocations.ResidPostMlp,
    }.ToFrozenDictionary();

    /// <summary>
    /// The location that a name such as <c>hook_resid_post</c> or <c>mlp.hook_post</c> is of; the name itself where it is none.
    /// </summary>
    public static string Location(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name == "hook_embed" ? ModelLocations.ResidPostEmb : ByHook.GetValueOrDefault(name, name);
    }

    /// <summary>The site of a name; null where it is none of them.</summary>
    internal static ActivationSite? TryParse(string name)
    {
        if (!name.StartsWith(Blocks, StringComparison.Ordinal) || name.IndexOf('.', Blocks.Length) is var dot && dot < 0)
        {
            return null;
        }

        if (!int.TryParse(name[Blocks.Length..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var layer))
        {
            return null;
        }

        var hook = name[(dot + 1)..];
        if (hook == Before)
        {
            return layer == 0
                ? new ActivationSite(ModelLocations.ResidPostEmb, null)
                : new ActivationSite(ModelLocations.ResidPostMlp, layer - 1);
        }

        return ByHook.TryGetValue(hook, out var location) ? new ActivationSite(location, layer) : null;
    }
}

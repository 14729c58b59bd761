using System.Text;
using AeServerless.Engine.Recipes;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>Recipes. The canonical form of one that is taken is its own canonical form.</summary>
internal static class RecipeTarget
{
    public const string Full = """
        { "schema": "ae-serverless/recipe/1", "name": "all", "datasets": ["kjv-*", "x?"], "layers": [2, 1],
          "autoencoders": [ { "nodeType": "mlp_autoencoder_latent", "input": "mlp_post_act", "format": "auto", "path": "autoencoders/m/{layer}.safetensors", "layers": [1, 2] },
                            { "name": "attn", "input": "resid_delta_attn", "path": "autoencoders/a/{layer}.safetensors" } ],
          "derivedScalars": [ "mlp_autoencoder_latent", { "type": "online_mlp_autoencoder_write_norm", "layers": "all", "latents": [3, 1], "tokens": [0] },
             { "type": "online_mlp_autoencoder_write_to_final_residual_grad", "name": "traced", "autoencoder": "attn",
               "trace": { "nodeType": "attention_head", "layer": 3, "tensorIndices": ["all", 4, 1], "attentionTraceType": "v", "preOrPostAct": "post", "detachLayerNormScale": false,
                          "downstream": { "nodeType": "mlp_neuron", "layer": 3, "tensorIndices": [null, 7] } } } ],
          "statistics": { "topExamples": 20, "histogramBins": 50, "histogramMinExponent": -20, "histogramMaxExponent": 12 },
          "outputs": ["statistics", "latents", "tokens"], "chunkTokens": 65536, "referenceCompatible": true }
        """;

    private const string Short = """{"derivedScalars":["mlp_autoencoder_latent"]}""";

    public static byte[][] Grammar { get; } = Words.Of(
        "\"schema\":", "\"datasets\":", "\"layers\":", "\"all\"", "\"autoencoders\":[", "\"nodeType\":", "\"input\":", "\"path\":",
        "\"format\":", "\"derivedScalars\":[", "\"type\":",
        "\"trace\":{", "\"downstream\":{", "\"tensorIndices\":[", "\"attention_head\"", "\"mlp_neuron\"", "\"resid_delta_mlp\"",
        "\"statistics\":{", "\"topExamples\":", "\"histogramBins\":", "\"outputs\":[", "\"chunkTokens\":", "null");

    public static FuzzTarget Create() => new("recipe", 25_000, Words.Of(Full, Short), Grammar, Parse);

    private static void Parse(byte[] json)
    {
        var normal = Recipe.Parse(json, "recipes/r.json").ToNormalisedJson();
        if (!Recipe.Parse(normal, "normalised").ToNormalisedJson().AsSpan().SequenceEqual(normal))
        {
            throw new InvalidOperationException($"A recipe changed when it was normalised twice: {Encoding.UTF8.GetString(normal)}");
        }
    }
}

using AeServerless.Robustness.Tests.Runs;

namespace AeServerless.Robustness.Tests.Errors;

/// <summary>Recipes, and autoencoders, that can't be used.</summary>
internal static class RecipeErrors
{
    public static IReadOnlyList<ErrorCase> All { get; } =
    [
        Field("recipe with an unknown field", "r-unknown", """{ "derivedScalar": ["attention_autoencoder_latent"] }"""),
        Field("recipe without derived scalars", "r-none", """{ "layers": "all" }"""),
        Field("recipe of another schema", "r-schema", """{ "schema": "recipe/2", "derivedScalars": ["attention_autoencoder_latent"] }"""),
        Field("value of the wrong kind", "r-kind", """{ "derivedScalars": "attention_autoencoder_latent" }"""),
        Field("number out of range", "r-range", """{ "derivedScalars": ["attention_autoencoder_latent"], "chunkTokens": 0 }"""),
        Field(
            "exclusion that would leave out half of the tokens",
            "r-exclude",
            """{ "derivedScalars": ["attention_autoencoder_latent"], "exclude": { "normAbove": 1 } }"""),
        Field(
            "autoencoder path that leaves its container",
            "r-path",
            """{ "derivedScalars": ["attention_autoencoder_latent"], "autoencoders": [ { "input": "resid_delta_attn", "path": "autoencoders/../m" } ] }"""),
        Field(
            "autoencoder path outside of the containers",
            "r-area",
            """{ "derivedScalars": ["attention_autoencoder_latent"], "autoencoders": [ { "input": "resid_delta_attn", "path": "secrets/{layer}.safetensors" } ] }"""),
        Field(
            "unknown input of an autoencoder",
            "r-input",
            """{ "derivedScalars": ["attention_autoencoder_latent"], "autoencoders": [ { "input": "resid", "path": "autoencoders/m" } ] }"""),
        Field(
            "node type that does not fit the input",
            "r-node",
            """{ "derivedScalars": ["attention_autoencoder_latent"], "autoencoders": [ { "nodeType": "mlp_autoencoder_latent", "input": "resid_delta_attn", "path": "autoencoders/m" } ] }"""),
        Field(
            "two autoencoders of one name",
            "r-two",
            """{ "derivedScalars": ["attention_autoencoder_latent"], "autoencoders": [ { "input": "resid_delta_attn", "path": "autoencoders/a" }, { "input": "resid_delta_attn", "path": "autoencoders/b" } ] }"""),
        Field(
            "trace without what it needs",
            "r-trace",
            """{ "derivedScalars": [ { "type": "attention_autoencoder_latent", "trace": { "nodeType": "attention_head", "layer": 0, "tensorIndices": [0, 0, 0] } } ] }"""),
        Scalar("unknown derived scalar", "p-unknown", "\"attention_latents\""),
        Scalar("derived scalar without its autoencoder", "p-node", "\"mlp_autoencoder_latent\""),
        Scalar("gradient where the dataset has none", "p-gradient", "\"online_attention_autoencoder_write_to_final_residual_grad\""),
        Scalar(
            "latent that the autoencoder does not have",
            "p-latent",
            """{ "type": "autoencoder_latent_grad_wrt_residual_input", "latents": [99] }"""),
        Field(
            "layer that the model does not have",
            "p-layer",
            """{ "layers": [3], "derivedScalars": ["attention_autoencoder_latent"], "autoencoders": [ { "input": "resid_delta_attn", "path": "autoencoders/synthetic/{layer}.safetensors" } ] }"""),
        Field(
            "autoencoder file that is missing",
            "p-file",
            """{ "derivedScalars": ["attention_autoencoder_latent"], "autoencoders": [ { "input": "resid_delta_attn", "path": "autoencoders/none/{layer}.safetensors" } ] }"""),
        new(
            "autoencoder file that is none",
            (stage, cancel) => stage.AutoencoderAsync("a-none", "PK\u0003\u0004 no safetensors"u8.ToArray(), cancel)),
        new(
            "autoencoder file without a tensor",
            (stage, cancel) => stage.AutoencoderAsync(
                "a-tensor", ErrorStage.Replaced(SyntheticDataset.AutoencoderFile(), "pre_bias", "our_bias"), cancel)),
        new(
            "autoencoder without its activation",
            (stage, cancel) => stage.AutoencoderAsync(
                "a-activation", ErrorStage.Replaced(SyntheticDataset.AutoencoderFile(), "\"activation\"", "\"activatior\""), cancel)),
        new(
            "autoencoder of an unknown activation",
            (stage, cancel) => stage.AutoencoderAsync(
                "a-unknown", ErrorStage.Replaced(SyntheticDataset.AutoencoderFile(), "\"ReLU\"", "\"GeLU\""), cancel)),
        new(
            "autoencoder of another width than the activations",
            (stage, cancel) => stage.AutoencoderAsync("a-width", SyntheticDataset.AutoencoderFile(width: 6), cancel)),
    ];

    private static ErrorCase Field(string what, string dataset, string recipe) =>
        new(what, (stage, cancel) => stage.RecipeAsync(dataset, recipe, cancel));

    private static ErrorCase Scalar(string what, string dataset, string scalar) => Field(what, dataset, ErrorStage.RecipeOf(scalar));
}

namespace AeServerless.Functions.Tests.Fixtures;

/// <summary>Recipes for the test dataset. None has a pattern, so no upload runs it.</summary>
internal static class TestRecipes
{
    public const string Default = """
        {
          "schema": "ae-serverless/recipe/1", "layers": [0], "chunkTokens": 16,
          "autoencoders": [
            { "input": "mlp_post_act", "path": "autoencoders/dev-1/mlp_post_act/{layer}.safetensors" },
            { "input": "resid_delta_attn", "path": "autoencoders/dev-1/resid_delta_attn/{layer}.safetensors" } ],
          "derivedScalars": [ "mlp_autoencoder_latent", "attention_autoencoder_latent", "mlp_autoencoder_write_norm" ],
          "statistics": { "topExamples": 5, "histogramBins": 10 }, "outputs": ["statistics", "tokens", "latents"]
        }
        """;

    public static string WithChunkTokens(int tokens) =>
        Default.Replace("\"chunkTokens\": 16", $"\"chunkTokens\": {tokens}", StringComparison.Ordinal);

    public static string ForDatasets(string pattern) =>
        Default.Replace("\"layers\"", $"\"datasets\": [\"{pattern}\"], \"layers\"", StringComparison.Ordinal);
}

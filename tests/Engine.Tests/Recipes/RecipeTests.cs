using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Tests.Recipes;

public sealed class RecipeTests
{
    private const string Full = """
        { "schema": "ae-serverless/recipe/1", "name": "all of it", "datasets": ["kjv-*", "exact"], "layers": [3, 1, 3],
          "autoencoders": [
            { "nodeType": "mlp_autoencoder_latent", "input": "mlp_post_act", "format": "auto", "path": "autoencoders/a/{layer}.safetensors" },
            { "input": "resid_delta_mlp", "name": "resid", "path": "autoencoders/b/1.safetensors", "layers": [1] },
            { "nodeType": "autoencoder_latent", "input": "resid_delta_attn", "path": "autoencoders/c/{layer}.safetensors" } ],
          "derivedScalars": [ "mlp_autoencoder_latent",
            { "type": "online_mlp_autoencoder_write_norm", "name": "resid_norm", "autoencoder": "resid", "layers": [1], "latents": [9, 2], "tokens": [0] },
            { "type": "online_mlp_autoencoder_write_to_final_activation_residual_grad", "trace": {
                "nodeType": "attention_head", "layer": 2, "tensorIndices": ["all", 1, 3], "attentionTraceType": "V", "detachLayerNormScale": false,
                "downstream": { "nodeType": "mlp_neuron", "layer": 3, "tensorIndices": [null, 5], "preOrPostAct": "pre" } } } ],
          "statistics": { "topExamples": 5, "histogramBins": 10 }, "outputs": ["latents", "statistics"],
          "chunkTokens": 1000, "referenceCompatible": true }
        """;

    [Fact]
    public void FullRecipe_IsRead()
    {
        var recipe = Parse(Full);

        Assert.Equal("all of it", recipe.Name);
        Assert.Equal([1, 3], recipe.Layers!);
        Assert.Equal(["mlp_autoencoder_latent", "resid", "attention_autoencoder_latent"], recipe.Autoencoders.Select(a => a.Name));
        Assert.Equal(AutoencoderInput.ResidDeltaMlp, recipe.Autoencoders[1].Input);
        Assert.Equal(NodeType.MlpAutoencoderLatent, recipe.Autoencoders[1].NodeType);
        Assert.Equal("autoencoders/a/3.safetensors", recipe.Autoencoders[0].PathOf(3));
        var norm = recipe.DerivedScalars[1];
        Assert.Equal("resid_norm", norm.Name);
        Assert.Equal([2, 9], norm.Latents!);
        var trace = recipe.DerivedScalars[2].Trace!;
        Assert.Equal([null, 1, 3], trace.TensorIndices);
        Assert.Equal(AttentionTraceType.V, trace.AttentionTraceType);
        Assert.False(trace.DetachLayerNormScale);
        Assert.Equal(PreOrPostAct.Pre, trace.Downstream!.PreOrPostAct);
        Assert.Equal(5, recipe.Statistics.TopExamples);
        Assert.Equal(RecipeOutputs.Latents | RecipeOutputs.Statistics, recipe.Outputs);
        Assert.Equal(1000, recipe.ChunkTokens);
        Assert.True(recipe.ReferenceCompatible);
    }

    [Fact]
    public void ShortScalar_IsOfEveryAutoencoder()
    {
        var recipe = Parse("""
            { "autoencoders": [ { "name": "mlp", "input": "mlp.post_act", "path": "autoencoders/a" },
                                { "name": "sae", "path": "autoencoders/b", "layer": 3, "k": 32 },
                                { "input": "mlp_in", "output": "resid_delta_mlp", "path": "autoencoders/c/{layer}" } ],
              "derivedScalars": [ "latent", { "type": "write_norm", "autoencoder": "sae" }, "mlp_autoencoder_latent",
                                  { "type": "error", "autoencoder": "mlp", "name": "missed" } ] }
            """);

        Assert.Equal(["mlp", "sae", "transcoder_latent"], recipe.Autoencoders.Select(autoencoder => autoencoder.Name));
        Assert.Equal(
            (AutoencoderInput.MlpPostAct, (AutoencoderInput?)null, AutoencoderInput.ResidDeltaMlp),
            (recipe.Autoencoders[0].Input, recipe.Autoencoders[1].Input, recipe.Autoencoders[2].Target));
        Assert.Equal([3], recipe.Autoencoders[1].Layers!);
        Assert.Equal(32, recipe.Autoencoders[1].K);
        Assert.Equal(
            ["mlp_latent", "sae_latent", "transcoder_latent_latent", "sae_write_norm", "mlp_autoencoder_latent", "missed"],
            recipe.DerivedScalars.Select(scalar => scalar.Name));
        Assert.Equal(
            ["mlp", "sae", "transcoder_latent", "sae", null, "mlp"], recipe.DerivedScalars.Select(scalar => scalar.Autoencoder));
    }

    [Fact]
    public void SmallestRecipe_HasDefaults()
    {
        var recipe = Parse("""{ "derivedScalars": ["autoencoder_latent"] }""");

        Assert.Null(recipe.Layers);
        Assert.Null(recipe.ChunkTokens);
        Assert.Empty(recipe.Datasets);
        Assert.Equal(20, recipe.Statistics.TopExamples);
        Assert.Equal(50, recipe.Statistics.HistogramBins);
        Assert.Equal(RecipeOutputs.Statistics, recipe.Outputs);
        Assert.False(recipe.ReferenceCompatible);
        Assert.Equal("autoencoder_latent", recipe.DerivedScalars[0].Name);
    }

    [Theory]
    [InlineData("kjv-train", true)]
    [InlineData("kjv-", true)]
    [InlineData("my-kjv-train", false)]
    [InlineData("KJV-train", false)]
    [InlineData("exact", true)]
    [InlineData("exact2", false)]
    public void Matches_FollowsThePatterns(string dataset, bool expected) => Assert.Equal(expected, Parse(Full).Matches(dataset));

    [Theory]
    [InlineData("run-?", "run-7", true)]
    [InlineData("run-?", "run-77", false)]
    [InlineData("*", "anything", true)]
    [InlineData("run.*", "runs", false)]
    public void Matches_KnowsBothWildcards(string pattern, string dataset, bool expected) =>
        Assert.Equal(expected, Parse($$"""{ "datasets": ["{{pattern}}"], "derivedScalars": ["x"] }""").Matches(dataset));

    [Fact]
    public void NormalisedJson_ReadsBackToItself()
    {
        foreach (var json in new[] { Full, """{ "derivedScalars": ["autoencoder_latent"] }""" })
        {
            var normalised = Parse(json).ToNormalisedJson();

            Assert.Equal(
                System.Text.Encoding.UTF8.GetString(normalised), System.Text.Encoding.UTF8.GetString(
                    Recipe.Parse(normalised, "again").ToNormalisedJson()));
        }
    }

    [Fact]
    public void NormalisedJson_IsTheSameForTheSameMeaning()
    {
        var plain = Parse("""
            { "layers": [1, 2], "derivedScalars": ["a", "b"], "autoencoders": [ { "input": "mlp_post_act", "path": "autoencoders/{layer}" } ] }
            """);
        var wordy = Parse("""
            { "derivedScalars": [ { "type": "b", "name": "b", "layers": null }, { "type": "a" } ], "outputs": ["statistics", "statistics"],
              "schema": "ae-serverless/recipe/1", "layers": [2, 1, 1], "statistics": { "histogramBins": 50 }, "referenceCompatible": false,
              "autoencoders": [ { "path": "autoencoders/{layer}", "nodeType": "autoencoder_latent", "format": "auto", "input": "mlp_post_act" } ] }
            """);

        Assert.Equal(
            System.Text.Encoding.UTF8.GetString(plain.ToNormalisedJson()), System.Text.Encoding.UTF8.GetString(wordy.ToNormalisedJson()));
    }

    [Fact]
    public void ResultJson_LeavesOutWhatDoesNotChangeAChunksResult()
    {
        var recipe = Parse(Full);
        var same = recipe with { Name = null, Datasets = ["other"], ChunkTokens = 5 };

        Assert.Equal(recipe.ToResultJson(), same.ToResultJson());
        Assert.NotEqual(recipe.ToNormalisedJson(), same.ToNormalisedJson());
        Assert.NotEqual(recipe.ToResultJson(), (recipe with { ReferenceCompatible = false }).ToResultJson());
        Assert.NotEqual(recipe.ToResultJson(), (recipe with { Layers = null }).ToResultJson());
        Assert.NotEqual(recipe.ToResultJson(), (recipe with { Outputs = RecipeOutputs.None }).ToResultJson());
        Assert.NotEqual(recipe.ToResultJson(), (recipe with { Statistics = recipe.Statistics with { TopExamples = 6 } }).ToResultJson());
    }

    [Fact]
    public void Exports_ChangeTheRun_AndNoChunk()
    {
        var plain = Parse("""{ "derivedScalars": ["a"], "outputs": ["latents"] }""");
        var exporting = Parse("""{ "derivedScalars": ["a"], "outputs": ["latents"], "exports": ["parquet", "csr"] }""");

        Assert.Equal(["parquet", "csr"], exporting.Exports);
        Assert.Equal(plain.ToResultJson(), exporting.ToResultJson());
        Assert.DoesNotContain("exports", System.Text.Encoding.UTF8.GetString(plain.ToNormalisedJson()), StringComparison.Ordinal);
        Assert.Equal(["csr", "parquet"], Recipe.Parse(exporting.ToNormalisedJson(), "again").Exports);
    }

    private static Recipe Parse(string json) => Recipe.Parse(System.Text.Encoding.UTF8.GetBytes(json), "recipes/test.json");
}

using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;

namespace AeServerless.Functions.Tests.Runs;

/// <summary>The tokens that latents promote follow from weights alone: a worker keeps them for the next run.</summary>
public sealed class PromotedTokensTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Folder = "autoencoders/promoting";

    private readonly TestApp _app = fixture.App;

    [Fact]
    public async Task AreThoseOfTheWeights_WhateverWasRunBefore()
    {
        await UploadAutoencoderAsync(layer: 0);
        var first = await PromotedAsync();
        var again = await PromotedAsync();
        await UploadAutoencoderAsync(layer: 1);
        var other = await PromotedAsync();
        await UploadAutoencoderAsync(layer: 0);
        var back = await PromotedAsync();

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(first, back);
    }

    private async Task UploadAutoencoderAsync(int layer) => await _app.Storage.UploadAsync(
        $"{Folder}/0.safetensors",
        await File.ReadAllBytesAsync(
            Path.Combine(RepositoryRoot.Path, "tests", "golden", "dev-1", "mlp_post_act", $"{layer}.safetensors")));

    /// <summary>Runs over a dataset that is new each time.</summary>
    private async Task<byte[]> PromotedAsync()
    {
        var dataset = new TestDataset(_app.Storage);
        await dataset.UploadAsync();
        var recipe = TestNames.Next("recipe-");
        await dataset.UploadRecipeAsync(
            recipe, TestRecipes.Default.Replace("autoencoders/dev-1/mlp_post_act", Folder, StringComparison.Ordinal));
        var run = await _app.RunAsync(dataset.Name, recipe);
        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        return await _app.Storage.DownloadAsync(
            $"results/runs/{run.GetProperty("runId").GetString()}/logits/mlp_autoencoder_latent/0.safetensors");
    }
}

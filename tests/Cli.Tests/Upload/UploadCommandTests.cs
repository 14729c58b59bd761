using AeServerless.Cli.Commands;
using AeServerless.Cli.Stack;
using AeServerless.Engine;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Upload;

/// <summary>What can't work is refused before anything is sent: nobody listens where these would be sent.</summary>
public sealed class UploadCommandTests
{
    private static readonly Connection Nowhere = new(new Uri("http://127.0.0.1:1"), "key", "UseDevelopmentStorage=false");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("c/d")]
    [InlineData("abd.")]
    [InlineData(" lead")]
    [InlineData("a*b")]
    [InlineData("..x")]
    [InlineData("a\u0007b")]
    [InlineData("")]
    public async Task DatasetName_ThatNoRunTakes_IsRefused(string name)
    {
        using var local = new LocalDataset("one");

        var error = await Assert.ThrowsAsync<InvalidInputException>(() =>
            UploadCommand.UploadFolderAsync(Nowhere, "activations", local.Path, name, Cancellation));

        Assert.StartsWith("dataset name '", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a\u0007b")]
    [InlineData("a\\b")]
    public async Task ModelName_ThatIsNoPath_IsRefused(string name)
    {
        using var local = new LocalDataset("one");

        var error = await Assert.ThrowsAsync<InvalidInputException>(() =>
            UploadCommand.UploadFolderAsync(Nowhere, "models", local.Path, name, Cancellation));

        Assert.StartsWith("--name: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recipe_OfAnUnknownScalar_IsRefused() => Assert.Contains(
        "derived scalar 'colour': it is unknown", await RefusedRecipeAsync("""{ "derivedScalars": ["colour"] }"""), StringComparison.Ordinal);

    [Fact]
    public async Task Recipe_TooLargeWithItsDefaults_IsRefusedWithTheSizeSent()
    {
        var scalars = string.Join(',', Enumerable.Range(0, 9_000).Select(i =>
            $$"""{"type":"resid_delta_mlp_from_mlp_post_act","name":"scalar-number-{{i:000000}}"}"""));
        var recipe = $$"""{ "derivedScalars": [{{scalars}}] }""";
        Assert.InRange(recipe.Length, 1, 1 << 20);

        var message = await RefusedRecipeAsync(recipe);

        Assert.Contains($"a recipe of {recipe.Length} bytes, ", message, StringComparison.Ordinal);
        Assert.EndsWith("; the most is 1048576", message, StringComparison.Ordinal);
    }

    private static async Task<string> RefusedRecipeAsync(string recipe)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("recipe.json"), recipe, Cancellation);
        return (await Assert.ThrowsAsync<InvalidInputException>(() =>
            UploadCommand.UploadRecipeAsync(Nowhere, folder.File("recipe.json"), Cancellation))).Message;
    }
}

using System.Text;
using System.Text.Json;
using AeServerless.Functions.Tests.Fixtures;

namespace AeServerless.Functions.Tests.Runs;

/// <summary>What users get wrong, and what they are told.</summary>
public sealed class BadInputTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp _app = fixture.App;

    public static TheoryData<string, string, string> Requests => new()
    {
        { "not JSON", "{", "request body: is not valid JSON" },
        { "not an object", "[]", "request body: must be an object" },
        { "no dataset", """{ "recipe": "latents" }""", "request body $.dataset: must be the name of a dataset" },
        { "no recipe", """{ "dataset": "x" }""", "request body $.recipe: must be the name of a recipe, or a recipe" },
        { "unknown field", """{ "dataset": "x", "recipe": "y", "colour": 1 }""", "request body: has the unknown field \"colour\"" },
        { "dots", """{ "dataset": "../x", "recipe": "latents" }""", "dataset name '../x': has a slash" },
        { "two dots", """{ "dataset": "a..b", "recipe": "latents" }""", "dataset name 'a..b': has '..'" },
        { "control character", """{ "dataset": "a\u0007b", "recipe": "latents" }""", "has a control character" },
        { "recipe that leaves its container", """{ "dataset": "x", "recipe": "../secrets" }""", "paths can't step out of their folder" },
        { "recipe field", """{ "dataset": "x", "recipe": { "schema": "ae-serverless/recipe/1", "derivedScalars": [] } }""", "must not be empty" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_IsRefusedWithItsReason(string what, string body, string message)
    {
        var (status, answer) = await _app.SendAsync(HttpMethod.Post, "runs", body);

        Assert.True(status == 400, what);
        Assert.Contains(message, Text(answer.GetProperty("error")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BodyThatIsTooLarge_Is413()
    {
        var (status, _) = await _app.SendAsync(HttpMethod.Post, "runs", $"{{ \"dataset\": \"{new string('x', 2 << 20)}\" }}");

        Assert.Equal(413, status);
    }

    [Fact]
    public async Task UnknownDataset_Is404()
    {
        await UploadAsync();
        var (status, answer) = await _app.SendAsync(HttpMethod.Post, "runs", """{ "dataset": "nowhere", "recipe": "latents" }""");

        Assert.Equal(404, status);
        Assert.Equal("dataset nowhere: does not exist: there is no activations/nowhere/manifest.json", Text(answer.GetProperty("error")));
    }

    [Fact]
    public async Task UnknownRecipe_Is404()
    {
        var dataset = await UploadAsync();
        var (status, answer) = await _app.SendAsync(HttpMethod.Post, "runs", $$"""{ "dataset": "{{dataset.Name}}", "recipe": "none" }""");

        Assert.Equal(404, status);
        Assert.Contains("recipe none: does not exist", Text(answer.GetProperty("error")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManifestThatIsNotJson_IsRefused()
    {
        var dataset = await UploadAsync();
        await _app.Storage.UploadAsync(dataset.ManifestPath, "not json"u8.ToArray());

        var (status, answer) = await _app.SendAsync(
            HttpMethod.Post, "runs", $$"""{ "dataset": "{{dataset.Name}}", "recipe": "latents" }""");

        Assert.Equal(400, status);
        Assert.StartsWith($"{dataset.ManifestPath}: ", Text(answer.GetProperty("error")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingShard_FailsTheRun() => await AssertFailsAsync(
        dataset => _app.Storage.DeleteAsync(dataset.ShardPath(1)),
        dataset => $"{dataset.ShardPath(1)}: does not exist, but activations/{dataset.Name}/manifest.json names it");

    [Fact]
    public async Task TruncatedShard_FailsTheRun() => await AssertFailsAsync(
        async dataset => await dataset.UploadShardAsync(1, (await TestShard.CreateAsync(dataset.Seed, TestDataset.Lengths))[..^100]),
        dataset => $"{dataset.ShardPath(1)}, tensor 'resid.delta_attn/forward/0': data_offsets end at 38920, but the file has only 38820 "
            + "bytes of data");

    [Theory]
    [InlineData("\"F32\"", "\"F31\"", ", tensor 'mlp.post_act/forward/0': has the unknown dtype 'F31'; known are F64, F32, F16, BF16")]
    [InlineData("[0,480]", "[0,481]", ", tensor 'tokens': the shape needs 480 bytes (I64), but data_offsets span 481")]
    [InlineData("[480,520]", "[472,512]", ", tensor 'sequence_lengths': overlaps tensor 'tokens'")]
    [InlineData("{\"", "[\"", ": the header must be a JSON object")]
    public async Task BrokenHeader_IsRefused(string from, string to, string named) => await AssertRefusedAsync(
        async dataset => await dataset.UploadShardAsync(
            0, Replace(await TestShard.CreateAsync(dataset.Seed, TestDataset.Lengths), from, to)),
        dataset => dataset.ShardPath(0) + named);

    [Fact]
    public async Task LayerWithoutAutoencoder_IsRefused() => await AssertRecipeRefusedAsync(
        TestRecipes.Default.Replace("\"layers\": [0]", "\"layers\": [0, 3]", StringComparison.Ordinal),
        "derived scalar 'attention_autoencoder_latent': layer 3 has no autoencoder 'attention_autoencoder_latent' "
            + "(autoencoders/dev-1/resid_delta_attn/3.safetensors)");

    [Fact]
    public async Task LayerThatTheModelDoesNotHave_IsRefused() => await AssertRecipeRefusedAsync(
        TestRecipes.Default.Replace("\"layers\": [0]", "\"layers\": [9]", StringComparison.Ordinal),
        "derived scalar 'attention_autoencoder_latent': layer 9 is not in the model; it has layers 0 to 3");

    [Fact]
    public async Task AutoencoderOfAnotherWidth_IsRefused() => await AssertRecipeRefusedAsync(
        TestRecipes.Default.Replace("dev-1/mlp_post_act", "dev-1/resid_delta_attn", StringComparison.Ordinal),
        "autoencoders/dev-1/resid_delta_attn/0.safetensors: it encodes 32 values, but mlp_post_act of this model has 128");

    [Fact]
    public async Task UnknownDerivedScalar_ListsTheKnown() => await AssertRecipeRefusedAsync(
        TestRecipes.Default.Replace("\"mlp_autoencoder_write_norm\"", "\"mlp_autoencoder_colour\"", StringComparison.Ordinal),
        "derived scalar 'mlp_autoencoder_colour': it is unknown; known are autoencoder_latent, mlp_autoencoder_latent");

    [Fact]
    public async Task RecipeTooLargeWithItsDefaults_IsRefusedWithTheSizeSent()
    {
        var scalars = string.Join(',', Enumerable.Range(0, 9_000).Select(i =>
            $$"""{"type":"attention_autoencoder_latent","name":"scalar-number-{{i:000000}}-of-many"}"""));
        var recipe = TestRecipes.Default.Replace("\"mlp_autoencoder_latent\",", $"{scalars},", StringComparison.Ordinal);

        await AssertRecipeRefusedAsync(recipe, $"recipe: a recipe of {Encoding.UTF8.GetByteCount(recipe)} bytes, ");
    }

    [Fact]
    public async Task NextRun_IsUnharmed()
    {
        await MissingShard_FailsTheRun();
        var run = await _app.RunAsync((await UploadAsync()).Name, TestDataset.Recipe);

        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
    }

    private static string Text(JsonElement error) =>
        $"{error.GetProperty("subject").GetString()}: {error.GetProperty("message").GetString()}";

    private static byte[] Replace(byte[] shard, string from, string to)
    {
        var at = shard.AsSpan().IndexOf(Encoding.ASCII.GetBytes(from));
        Assert.True(at > 0, from);
        Encoding.ASCII.GetBytes(to).CopyTo(shard, at);
        return shard;
    }

    private async Task<TestDataset> UploadAsync()
    {
        var dataset = new TestDataset(_app.Storage);
        await dataset.UploadAsync();
        return dataset;
    }

    private async Task AssertFailsAsync(Func<TestDataset, Task> harm, Func<TestDataset, string> message)
    {
        var dataset = await UploadAsync();
        await harm(dataset);

        var run = await _app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.True(run.GetProperty("status").GetString() == "failed", run.ToString());
        Assert.Contains(message(dataset), Text(run.GetProperty("error")), StringComparison.Ordinal);
    }

    private async Task AssertRefusedAsync(Func<TestDataset, Task> harm, Func<TestDataset, string> message)
    {
        var dataset = await UploadAsync();
        await harm(dataset);

        await AssertRefusedAsync(dataset, $"\"{TestDataset.Recipe}\"", message(dataset));
    }

    private async Task AssertRecipeRefusedAsync(string recipe, string message) =>
        await AssertRefusedAsync(await UploadAsync(), recipe, message);

    private async Task AssertRefusedAsync(TestDataset dataset, string recipe, string message)
    {
        var (status, answer) = await _app.SendAsync(
            HttpMethod.Post, "runs", $$"""{ "dataset": "{{dataset.Name}}", "recipe": {{recipe}} }""");

        Assert.True(status == 400, answer.ToString());
        Assert.Contains(message, Text(answer.GetProperty("error")), StringComparison.Ordinal);
    }
}

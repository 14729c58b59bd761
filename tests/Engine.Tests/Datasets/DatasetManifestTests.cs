using System.Text.Json;
using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Tests.Datasets;

public sealed class DatasetManifestTests
{
    private const string Valid = """
        { "schema": "ae-serverless/dataset/1", "model": "models/kjv-gpt2/model.safetensors", "layers": 4,
          "tokenizer": "models/kjv-gpt2/", "shards": [ { "path": "shards/00000.safetensors", "tokens": 8192, "sequences": 64 } ] }
        """;

    [Fact]
    public void ValidManifest_IsRead()
    {
        var manifest = Parse(Valid);

        Assert.Equal(("models/kjv-gpt2/model.safetensors", 4, "models/kjv-gpt2/"), (manifest.Model, manifest.Layers, manifest.Tokenizer));
        Assert.Equal([new ShardReference("shards/00000.safetensors", 8192, 64)], manifest.Shards);
        Assert.Null(manifest.Backward);
        Assert.Equal(
            manifest.Shards, DatasetManifest.Parse(
                [0xEF, 0xBB, 0xBF, .. System.Text.Encoding.UTF8.GetBytes(Valid)], "manifest.json").Shards);
    }

    [Fact]
    public void Hashes_RoundTripInLowerCase()
    {
        var hash = new string('A', 64);
        var manifest = Parse(Valid
            .Replace(
                "\"layers\": 4", $"\"layers\": 4, \"modelSha256\": \"{hash}\", \"tokenizerSha256\": \"{hash}\"", StringComparison.Ordinal)
            .Replace("\"sequences\": 64", $"\"sequences\": 64, \"sha256\": \"{hash}\"", StringComparison.Ordinal));

        var read = DatasetManifest.Parse(manifest.ToJson(), "manifest.json");

        Assert.Equal((new string('a', 64), new string('a', 64)), (read.ModelSha256, read.TokenizerSha256));
        Assert.Equal(new string('a', 64), read.Shards[0].Sha256);
    }

    [Fact]
    public void Backward_OfEveryKind_RoundTrips()
    {
        BackwardDescription[] kinds =
        [
            new() { Kind = BackwardKind.Loss, Loss = LossKind.CrossEntropy },
            new() { Kind = BackwardKind.Loss, Loss = LossKind.LogitDifference, Targets = [0, 7], AntiTargets = [1] },
            new() { Kind = BackwardKind.Trace, Trace = JsonDocument.Parse("""{"nodeType":"mlp_neuron","layer":3}""").RootElement },
        ];
        foreach (var kind in kinds)
        {
            var manifest = Parse(Valid) with { Backward = kind };
            var read = DatasetManifest.Parse(manifest.ToJson(), "manifest.json");

            Assert.Equal(manifest.ToJson(), read.ToJson());
            Assert.Equal((kind.Kind, kind.Loss), (read.Backward!.Kind, read.Backward.Loss));
            Assert.Equal(kind.Targets, read.Backward.Targets);
            Assert.Equal(kind.AntiTargets, read.Backward.AntiTargets);
        }
    }

    [Theory]
    [InlineData("not json", "not valid JSON")]
    [InlineData("[]", "must be an object")]
    [InlineData("{}", "schema: is missing")]
    [InlineData("""{"schema":"x"}""", "schema: is 'x'; 'ae-serverless/dataset/1' is needed")]
    [InlineData("""{"schema":"ae-serverless/dataset/1","schema":"ae-serverless/dataset/1"}""", "not valid JSON")]
    public void WrongFile_NamesField(string json, string message) => Assert.Contains(message, Fault(json), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"layers\": 4", "\"layers\": -1", "layers: must be a whole number from 0")]
    [InlineData("\"layers\": 4", "\"layers\": 4.5", "layers: must be a whole number from 0")]
    [InlineData("\"layers\": 4", "\"layers\": \"4\"", "layers: must be a whole number from 0")]
    [InlineData("models/kjv-gpt2/model.safetensors", "/models/m", "model: '/models/m' starts with '/'")]
    [InlineData("\"models/kjv-gpt2/\"", "\"models/../\"", "tokenizer: 'models/..' has the segment '..'")]
    [InlineData("shards/00000.safetensors", "../00000.safetensors", "shards[0].path: '../00000.safetensors' has the segment '..'")]
    [InlineData("shards/00000.safetensors", "\\ud800", "shards[0].path: is not valid Unicode")]
    [InlineData("8192", "0", "shards[0].tokens: must be a whole number from 1")]
    [InlineData("64", "9000", "shards[0].sequences: must be a whole number from 1 to 8192")]
    [InlineData("\"sequences\": 64", "\"sequences\": 64, \"sha256\": \"abc\"", "shards[0].sha256: is 'abc'; a SHA-256 of 64 hexadecimal "
        + "digits "
        + "is "
        + "needed")]
    [InlineData("\"layers\": 4", "\"layers\": 4, \"modelSha256\": 7", "modelSha256: must be")]
    [InlineData("\"sequences\": 64", "\"x\": 1", "shards[0].sequences: is missing")]
    [InlineData("\"layers\": 4", "\"layers\": 4, \"backward\": {\"kind\": \"guess\"}", "backward.kind: is 'guess'; known are loss, trace")]
    [InlineData(
        "\"layers\": 4", "\"layers\": 4, \"backward\": {\"kind\": \"loss\", \"loss\": \"l1\"}",
        "backward.loss: is 'l1'; known are crossEntropy")]
    [InlineData("\"layers\": 4", "\"layers\": 4, \"backward\": {\"kind\": \"trace\"}", "backward.trace: is missing")]
    public void WrongField_IsNamed(string text, string replacement, string message)
    {
        Assert.Contains(text, Valid, StringComparison.Ordinal);

        var fault = Fault(Valid.Replace(text, replacement, StringComparison.Ordinal));

        Assert.StartsWith("activations/kjv/manifest.json", fault, StringComparison.Ordinal);
        Assert.Contains(message, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_NoneOrTwice_Throw()
    {
        var manifest = Parse(Valid);

        Assert.Contains("at least one shard", Fault(Json(manifest with { Shards = [] })), StringComparison.Ordinal);
        Assert.Contains(
            "twice", Fault(Json(manifest with { Shards = [manifest.Shards[0], manifest.Shards[0]] })), StringComparison.Ordinal);
    }

    private static string Json(DatasetManifest manifest) => System.Text.Encoding.UTF8.GetString(manifest.ToJson());

    private static DatasetManifest Parse(string json) =>
        DatasetManifest.Parse(System.Text.Encoding.UTF8.GetBytes(json), "activations/kjv/manifest.json");

    private static string Fault(string json) => Assert.Throws<InvalidInputException>(() => Parse(json)).Message;
}

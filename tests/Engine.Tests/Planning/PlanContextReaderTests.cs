using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Tests.Fixtures;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Tests.Planning;

public sealed class PlanContextReaderTests
{
    private const string Config =
        """
        { "model_type": "gpt2", "n_layer": 4, "n_head": 2, "n_embd": 6, "n_inner": 10, "n_positions": 8, "vocab_size": 11 }
        """;

    private static readonly DatasetManifest Manifest = new(
        DatasetManifest.SchemaName, "models/small/model.safetensors", 4, "", [new ShardReference("shards/0.safetensors", 5, 2)]);

    [Fact]
    public async Task ModelsConfiguration_GivesTheSizes() =>
        Assert.Equal(new ModelDimensions(4, 6, 10, 2), await ReadModelAsync(Config));

    [Fact]
    public async Task WithoutConfiguration_TheShardGivesTheSizesButTheHeads() =>
        Assert.Equal(new ModelDimensions(4, 6, 10, 0), await ReadModelAsync(config: null));

    [Fact]
    public async Task ConfigurationOfAnotherModel_IsRefused()
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => ReadModelAsync(Config.Replace("\"n_layer\": 4", "\"n_layer\": 3", StringComparison.Ordinal)));
        Assert.Equal("models/small/config.json: describes a model of 3 layers, but the dataset's manifest says 4", error.Message);
    }

    [Fact]
    public async Task ConfigurationThatIsTooLarge_IsNotRead()
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => ReadModelAsync(Config + new string(' ', PlanContextReader.MaxConfigBytes)));
        Assert.EndsWith($"at most {PlanContextReader.MaxConfigBytes} are read", error.Message, StringComparison.Ordinal);
    }

    private static async Task<ModelDimensions> ReadModelAsync(string? config)
    {
        var bytes = await SafetensorsBytes.WriteAsync(
            null,
            (new TensorSpec("tokens", TensorDtype.I64, [5]), new long[5]),
            (new TensorSpec("sequence_lengths", TensorDtype.I32, [2]), new[] { 2, 3 }),
            (new TensorSpec("mlp.post_act/forward/2", TensorDtype.F32, [5, 10]), new float[50]),
            (new TensorSpec("resid.post_mlp/forward/2", TensorDtype.F32, [5, 6]), new float[30]));
        var cancellation = TestContext.Current.CancellationToken;
        var shard = await Shard.OpenAsync(new MemoryByteSource("shard", bytes), Manifest.Shards[0], cancellation);
        var reader = new PlanContextReader(PlanSources.OwnFormat((path, _) => Task.FromResult<IByteSource?>(
            config is null || path != "models/small/config.json"
                ? null
                : new MemoryByteSource(path, System.Text.Encoding.UTF8.GetBytes(config)))));
        var recipe = new Recipe { DerivedScalars = [new DerivedScalarRequest { Type = "resid_delta_mlp" }] };
        return (await reader.ReadAsync("small", Manifest, "small/manifest.json", recipe, shard, cancellation)).Model;
    }
}

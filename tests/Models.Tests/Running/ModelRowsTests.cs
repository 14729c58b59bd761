using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Runtime;
using AeServerless.Models.Recording;
using AeServerless.Models.Running;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Tests.Running;

public sealed class ModelRowsTests
{
    private const string Forward = "mlp.post_act/forward/1";
    private const string Backward = "resid.post_mlp/backward/0";

    // Several batches of the fixed grouping: one of two sequences that fill it, one too long for another beside it, and the rest.
    private static readonly int[] Lengths = [40, 44, 31, 1, 48, 17, .. Enumerable.Repeat(48, 60), 5];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama3")]
    [InlineData("gemma2")]
    [InlineData("gpt-neox")]
    public async Task Rows_AreThoseOfTheModelWhateverIsAskedForWithThem(string folder)
    {
        using var model = await LoadAsync(folder);
        var shard = await ShardAsync(model, Lengths);
        var whole = await ReadAsync(model, shard, threads: 1, window: Lengths.Sum());
        var parts = await ReadAsync(model, shard, threads: 2, window: 97);

        Assert.Equal(whole.Forward, parts.Forward);
        Assert.Equal(whole.Backward, parts.Backward);

        var ids = new long[Lengths[0]];
        await shard.ReadTokensAsync(0, ids, Cancellation);
        using var recording = model.Record(
            [Array.ConvertAll(ids, id => (int)id)], RunnableModels.Request([Forward, Backward], null, "test"));
        RequireClose(TensorReader.Values(recording.Forward.Values.Single()), whole.Forward);
        RequireClose(TensorReader.Values(recording.Backward[0].Gradients.Values.Single()), whole.Backward);
    }

    [Fact]
    public async Task IdThatTheModelLacks_IsNamedWithTheShard()
    {
        using var model = await LoadAsync("gpt2");
        var shard = await ShardAsync(model, [4, 5], largest: 60_000);
        using var engine = new EngineContext(new EngineOptions { Threads = 1 });
        using var rows = new ModelRows(model, shard, [Forward], null, engine);
        var width = model.Architecture.MlpWidth;

        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => rows.ReadRowsAsync(Forward, width, 0, new float[9 * width], Cancellation).AsTask());

        Assert.StartsWith("shard, of the sequences from 0 on", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Description_HasTheTensorsOfTheArchitectureAndWhatTheyTake()
    {
        var manifest = new DatasetManifest(DatasetManifest.SchemaName, "models/m/model.safetensors", 0, "", [new("s", 1, 1)]);
        var json = await File.ReadAllBytesAsync(Path.Combine(GoldenData.Model("gpt-neox"), "config.json"), Cancellation);
        var runnable = RunnableModels.Describe(json, "config.json", manifest);

        Assert.Contains("mlp.in/forward/3", runnable.Tensors.Keys);
        Assert.DoesNotContain(runnable.Tensors.Keys, name => name.StartsWith(ModelLocations.ResidPostAttn, StringComparison.Ordinal));
        var (forward, backward) = (runnable.Estimate(["mlp.post_act/forward/1"]), runnable.Estimate(["resid.post_mlp/backward/3"]));
        Assert.Equal((2, 4, false), (forward.Layers, forward.AllLayers, forward.IsBackward));
        Assert.Equal((4, true), (backward.Layers, backward.IsBackward));
        Assert.True(backward.FlopsPerToken > 2 * forward.FlopsPerToken);
    }

    private static Task<LanguageModel> LoadAsync(string folder) =>
        LanguageModel.LoadAsync(new ModelFolder(GoldenData.Model(folder)), Cancellation);

    private static async Task<(float[] Forward, float[] Backward)> ReadAsync(LanguageModel model, Shard shard, int threads, int window)
    {
        using var engine = new EngineContext(new EngineOptions { Threads = threads });
        using var rows = new ModelRows(model, shard, [Forward, Backward], null, engine);
        var (forward, backward) = (new List<float>(), new List<float>());
        for (var first = 0; first < shard.Tokens; first += window)
        {
            var count = (int)Math.Min(window, shard.Tokens - first);
            var (one, other) = (new float[count * model.Architecture.MlpWidth], new float[count * model.Architecture.Width]);
            await Task.WhenAll(
                rows.ReadRowsAsync(Forward, model.Architecture.MlpWidth, first, one, Cancellation).AsTask(),
                rows.ReadRowsAsync(Backward, model.Architecture.Width, first, other, Cancellation).AsTask());
            forward.AddRange(one);
            backward.AddRange(other);
        }

        return ([.. forward], [.. backward]);
    }

    private static Task<Shard> ShardAsync(LanguageModel model, int[] lengths, int? largest = null)
    {
        var random = new Random(1);
        var ids = Enumerable.Range(0, lengths.Sum()).Select(_ => (ushort)random.Next(largest ?? model.Architecture.Vocabulary)).ToArray();
        return TokenShard.CreateAsync(ids, lengths, Cancellation);
    }

    private static void RequireClose(float[] expected, float[] actual)
    {
        var scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5f * scale));
    }
}

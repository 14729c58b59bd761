using System.Text.Json;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.Models;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using AeServerless.TestSupport;

namespace AeServerless.Functions.Tests.Runs;

/// <summary>Runs over datasets of tokens alone.</summary>
public sealed class TokenRunTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static readonly string[] Locations = [ActivationLocation.MlpPostAct, ActivationLocation.ResidDeltaAttn];

    private readonly TestApp _app = fixture.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("\"exclude\": { \"positions\": [0], \"normAbove\": 1.1 }, ")]
    public async Task Tokens_GiveTheSameBytesWhateverTheChunks(string exclusion)
    {
        string Recipe(int chunkTokens) =>
            TestRecipes.WithChunkTokens(chunkTokens).Replace("\"layers\"", $"{exclusion}\"layers\"", StringComparison.Ordinal);
        var dataset = await UploadAsync(await TokensAsync(TestNames.NextSeed()));
        var one = await ResultsAsync(dataset.Name, Recipe(1 << 20));
        var many = await ResultsAsync(dataset.Name, Recipe(1));

        Assert.NotEmpty(one);
        Assert.Equal(one.Keys, many.Keys);
        Assert.All(one, file => Assert.True(file.Value.AsSpan().SequenceEqual(many[file.Key]), file.Key));
    }

    [Fact]
    public async Task Tokens_GiveTheLatentsOfTheirCapturedActivations()
    {
        // Always the same: a latent at the threshold may fall on either side.
        var tokens = await TokensAsync(seed: 7);
        var run = await ResultsAsync((await UploadAsync(tokens)).Name, TestRecipes.Default);
        var recorded = await ResultsAsync((await UploadAsync(await CapturedAsync(tokens))).Name, TestRecipes.Default);

        Assert.Equal(recorded.Keys, run.Keys);
        var compared = 0;
        foreach (var name in run.Keys.Where(name => name.StartsWith("latents/", StringComparison.Ordinal)))
        {
            var (one, other) = (await OpenAsync(run[name]), await OpenAsync(recorded[name]));
            foreach (var entry in other.Tensors.Values.Where(entry => entry.Dtype == TensorDtype.F32))
            {
                var (expected, actual) =
                    (await other.ReadFloatsAsync(entry.Name, Cancellation), await one.ReadFloatsAsync(entry.Name, Cancellation));
                Assert.Equal(expected.Length, actual.Length);
                var scale = expected.Select(Math.Abs).DefaultIfEmpty().Max();
                Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5f * scale));
                compared += expected.Length;
            }
        }

        Assert.True(compared > 0);
    }

    [Fact]
    public async Task Provenance_SaysWhatTheModelWasRunFor()
    {
        var dataset = await UploadAsync(await TokensAsync(TestNames.NextSeed()));
        var run = await _app.RunAsync(dataset.Name, TestDataset.Recipe);
        var path = $"runs/{run.GetProperty("runId").GetString()}";
        var provenance = JsonSerializer.Deserialize<JsonElement>(await _app.Storage.DownloadAsync($"results/{path}/run.json"));

        Assert.Contains(provenance.GetProperty("sources").EnumerateArray(), source => source.GetProperty("source").GetString() == "run");
        var weights = provenance.GetProperty("weights").EnumerateArray().Select(file => file.GetString()).ToList();
        Assert.Contains("models/dev-1/model.safetensors", weights);
        Assert.Contains("models/dev-1/config.json", weights);
        Assert.Equal("float32", provenance.GetProperty("modelDtype").GetString());
    }

    [Fact]
    public async Task Bfloat16_WithoutAGpu_IsRefusedByName()
    {
        var dataset = await UploadAsync(await TokensAsync(TestNames.NextSeed()));
        var name = TestNames.Next("recipe-");
        var recipe = TestRecipes.Default.Replace("\"layers\"", "\"modelDtype\": \"bfloat16\", \"layers\"", StringComparison.Ordinal);
        await _app.Storage.UploadAsync($"recipes/{name}.json", System.Text.Encoding.UTF8.GetBytes(recipe));
        var run = await _app.RunAsync(dataset.Name, name);

        Assert.Equal("failed", run.GetProperty("status").GetString());
        Assert.Contains("modelDtype bfloat16 is for workers with a GPU", run.ToString(), StringComparison.Ordinal);
    }

    private static async Task<SafetensorsFile> OpenAsync(byte[] bytes) =>
        await SafetensorsFile.OpenAsync(new MemoryByteSource("result", bytes), Cancellation);

    private static string Golden => Path.Combine(RepositoryRoot.Path, "tests", "golden", "dev-1");

    private async Task<TestDataset> UploadAsync(byte[] shard)
    {
        var dataset = new TestDataset(_app.Storage) { Shards = 1 };
        await dataset.UploadModelAsync();
        await dataset.UploadRecipeAsync(TestDataset.Recipe, TestRecipes.Default);
        await dataset.UploadShardAsync(0, shard);
        await dataset.UploadManifestAsync();
        return dataset;
    }

    private async Task<SortedDictionary<string, byte[]>> ResultsAsync(string dataset, string recipe)
    {
        var name = TestNames.Next("recipe-");
        await _app.Storage.UploadAsync($"recipes/{name}.json", System.Text.Encoding.UTF8.GetBytes(recipe));
        var run = await _app.RunAsync(dataset, name);
        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        var all = await _app.Storage.ReadResultsAsync($"runs/{run.GetProperty("runId").GetString()}/");

        // What names the run, its recipe or its chunks is another.
        return new SortedDictionary<string, byte[]>(
            all.Where(file => file.Key.EndsWith(".safetensors", StringComparison.Ordinal)).ToDictionary(), StringComparer.Ordinal);
    }

    private static async Task<byte[]> TokensAsync(int seed)
    {
        var random = new Random(seed);
        var ids = Enumerable.Range(0, TestDataset.Lengths.Sum()).Select(_ => (ushort)random.Next(101)).ToArray();
        using var stream = new MemoryStream();
        var writer = await SafetensorsRowWriter.CreateAsync(
            stream,
            [new("tokens", TensorDtype.U16, [ids.Length]), new("sequence_lengths", TensorDtype.I32, [TestDataset.Lengths.Length])],
            null,
            Cancellation);
        await writer.WriteRowsAsync("tokens", 0, ids.AsMemory(), Cancellation);
        await writer.WriteRowsAsync("sequence_lengths", 0, TestDataset.Lengths.AsMemory(), Cancellation);
        await writer.CompleteAsync(Cancellation);
        return stream.ToArray();
    }

    private static async Task<byte[]> CapturedAsync(byte[] tokens)
    {
        var file = await OpenAsync(tokens);
        var ids = new ushort[TestDataset.Lengths.Sum()];
        await file.ReadRowsAsync(file.GetTensor("tokens"), 0, ids.AsMemory(), Cancellation);
        var sequences = new List<int[]>();
        foreach (var length in TestDataset.Lengths)
        {
            var start = sequences.Sum(sequence => sequence.Length);
            sequences.Add(Array.ConvertAll(ids[start..(start + length)], id => (int)id));
        }

        using var model = await LanguageModel.LoadAsync(new ModelFolder(Golden), Cancellation);
        using var recording = model.Record(
            sequences, new RecordingRequest { Forward = [.. Locations.Select(location => new ActivationSite(location, 0))] });
        using var stream = new MemoryStream();
        await using (var writer = await SafetensorsWriter.CreateAsync(
            stream,
            [
                new("tokens", TensorDtype.I64, [ids.Length]),
                new("sequence_lengths", TensorDtype.I32, [TestDataset.Lengths.Length]),
                .. Locations.Select(location => new TensorSpec(
                    $"{location}/forward/0", TensorDtype.F32, recording.Forward[new(location, 0)].shape)),
            ],
            metadata: null,
            Cancellation))
        {
            await writer.WriteAsync(Array.ConvertAll(ids, id => (long)id), Cancellation);
            await writer.WriteAsync(TestDataset.Lengths, Cancellation);
            foreach (var location in Locations)
            {
                await writer.WriteAsync(recording.Forward[new(location, 0)].data<float>().ToArray(), Cancellation);
            }
        }

        return stream.ToArray();
    }
}

using System.Text;
using System.Text.Json;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.Models;
using AeServerless.Models.Configuration;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using AeServerless.TestSupport;
using TorchSharp;

namespace AeServerless.Functions.Tests.Runs;

/// <summary>Runs over tokens of models of every family: scalars that need gradients and the model's own matrices among them.</summary>
public sealed class FamilyRunTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const int Layer = 1;
    private const int Latents = 24;

    private static readonly int[] Lengths = [9, 5, 12, 9, 2, 7];

    private readonly TestApp _app = fixture.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gpt2")]
    [InlineData("gpt-neox")]
    [InlineData("gpt-neox-sequential")]
    [InlineData("llama3")]
    [InlineData("mistral")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("olmo")]
    [InlineData("olmo2")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    public async Task Tokens_GiveTheScalarsOfTheirCapturedActivations(string family)
    {
        using var model = await LanguageModel.LoadAsync(new ModelFolder(Model(family)), Cancellation);
        await UploadAsync(family, model.Architecture);
        var random = new Random(SeedOf(family));
        var sequences = Lengths
            .Select(length => Enumerable.Range(0, length).Select(_ => random.Next(model.Architecture.Vocabulary)).ToArray())
            .ToList();
        var run = await ResultsAsync(family, model.Architecture, await ShardAsync(sequences, []));
        var recorded = await ResultsAsync(family, model.Architecture, await ShardAsync(sequences, Record(model, sequences)));

        Assert.Equal(recorded.Keys, run.Keys);
        Assert.True(run.Count == 13, string.Join(", ", run.Keys));
        foreach (var name in run.Keys)
        {
            await CompareAsync(name, run[name], recorded[name]);
        }
    }

    // The same values whatever the order of the tests: whether a latent is active at all is theirs.
    private static int SeedOf(string family) => family.Sum(letter => letter);

    private static string Model(string family) => Path.Combine(RepositoryRoot.Path, "tests", "golden-models", family);

    private static string Recipe(string family) =>
        $$"""
        {
          "schema": "ae-serverless/recipe/1", "layers": [{{Layer}}], "chunkTokens": 16, "outputs": ["latents"],
          "autoencoders": [
            { "name": "mlp", "input": "mlp_post_act", "path": "autoencoders/{{family}}/mlp_post_act/{layer}.safetensors" },
            { "name": "attention", "input": "resid_delta_attn", "path": "autoencoders/{{family}}/resid_delta_attn/{layer}.safetensors" } ],
          "derivedScalars": [
            "latent", "write_norm", "act_times_grad", "write_to_final_residual_grad", "error",
            { "type": "latent_grad_wrt_input", "latents": [3] },
            { "type": "write_to_final_activation_residual_grad", "autoencoder": "attention",
              "trace": { "nodeType": "mlp_autoencoder_latent", "layer": {{Layer}}, "tensorIndices": [1, 5], "preOrPostAct": "pre" } } ]
        }
        """;

    private async Task UploadAsync(string family, Architecture architecture)
    {
        foreach (var path in Directory.GetFiles(Model(family), "model*.safetensors*").Append(Path.Combine(Model(family), "config.json")))
        {
            await _app.Storage.UploadAsync($"models/{family}/{Path.GetFileName(path)}", await File.ReadAllBytesAsync(path));
        }

        foreach (var (input, width) in (ValueTuple<string, int>[])[
            ("mlp_post_act", architecture.MlpWidth), ("resid_delta_attn", architecture.Width)])
        {
            await _app.Storage.UploadAsync(
                $"autoencoders/{family}/{input}/{Layer}.safetensors", await AutoencoderAsync(width, SeedOf(family) + width));
        }
    }

    private static async Task<byte[]> AutoencoderAsync(int width, int seed)
    {
        var random = new Random(seed);
        float[] Values(int count, double scale) =>
            [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * scale))];
        return await FileAsync(
            new Dictionary<string, string> { ["activation"] = "ReLU" },
            ("pre_bias", [width], Values(width, 0.01)),
            ("encoder.weight", [Latents, width], Values(Latents * width, 1)),
            ("latent_bias", [Latents], Values(Latents, 0.01)),
            ("decoder.weight", [width, Latents], Values(Latents * width, 1)));
    }

    // Everything that the model has, of both passes.
    private static List<(string Name, long[] Shape, float[] Values)> Record(LanguageModel model, List<int[]> sequences)
    {
        ActivationSite[] sites =
        [
            .. ModelLocations.All
                .Where(location => ModelLocations.Exists(location, model.Architecture) && location != ModelLocations.Logits)
                .SelectMany(location => ModelLocations.HasLayers(location)
                    ? Enumerable.Range(0, model.Architecture.Layers.Count).Select(layer => new ActivationSite(location, layer))
                    : [new ActivationSite(location, null)]),
        ];
        using var recording = model.Record(
            sequences,
            new RecordingRequest { Forward = sites, Backward = [new GradientRequest(LossDescription.CrossEntropy, sites)] });
        (string, long[], float[]) Tensor(ActivationSite site, PassType pass, torch.Tensor values) => (
            TensorNames.Format(site.Location, pass, site.Layer), [values.shape[0], values.NumberOfElements / values.shape[0]],
            values.data<float>().ToArray());
        return
        [
            .. recording.Forward.Select(entry => Tensor(entry.Key, PassType.Forward, entry.Value)),
            .. recording.Backward[0].Gradients.Select(entry => Tensor(entry.Key, PassType.Backward, entry.Value)),
        ];
    }

    private static Task<byte[]> ShardAsync(List<int[]> sequences, List<(string Name, long[] Shape, float[] Values)> tensors) => FileAsync(
        null,
        [
            ("tokens", [Lengths.Sum()], sequences.SelectMany(ids => ids).ToArray()),
            ("sequence_lengths", [Lengths.Length], Lengths),
            .. tensors.Select(tensor => (tensor.Name, tensor.Shape, (Array)tensor.Values)),
        ]);

    private static async Task<byte[]> FileAsync(
        IReadOnlyDictionary<string, string>? metadata, params (string Name, long[] Shape, Array Values)[] tensors)
    {
        using var stream = new MemoryStream();
        await using (var writer = await SafetensorsWriter.CreateAsync(
            stream,
            [.. tensors.Select(tensor => new TensorSpec(
                tensor.Name, tensor.Values is int[] ? TensorDtype.I32 : TensorDtype.F32, tensor.Shape))],
            metadata,
            Cancellation))
        {
            foreach (var (_, _, values) in tensors)
            {
                await (values is int[] numbers
                    ? writer.WriteAsync(numbers, Cancellation)
                    : writer.WriteAsync((float[])values, Cancellation));
            }
        }

        return stream.ToArray();
    }

    private async Task<SortedDictionary<string, byte[]>> ResultsAsync(string family, Architecture architecture, byte[] shard)
    {
        var (dataset, recipe) = (TestNames.Next("data-"), TestNames.Next("recipe-"));
        await _app.Storage.UploadAsync($"recipes/{recipe}.json", Encoding.UTF8.GetBytes(Recipe(family)));
        await _app.Storage.UploadAsync($"activations/{dataset}/shards/0.safetensors", shard);
        await _app.Storage.UploadAsync($"activations/{dataset}/manifest.json", JsonSerializer.SerializeToUtf8Bytes(new
        {
            schema = "ae-serverless/dataset/1",
            // The only file, or what lists several.
            model = $"models/{family}/{Directory.GetFiles(Model(family), "model.safetensors*").Select(Path.GetFileName).Single()}",
            layers = architecture.Layers.Count,
            tokenizer = $"models/{family}/",
            shards = new[] { new { path = "shards/0.safetensors", tokens = Lengths.Sum(), sequences = Lengths.Length } },
        }));
        var run = await _app.RunAsync(dataset, recipe);
        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        var all = await _app.Storage.ReadResultsAsync($"runs/{run.GetProperty("runId").GetString()}/");
        return new SortedDictionary<string, byte[]>(
            all.Where(file => file.Key.StartsWith("latents/", StringComparison.Ordinal)).ToDictionary(), StringComparer.Ordinal);
    }

    // Latents at the threshold may fall on either side: what is stored sparsely is compared as the dense matrix that it is.
    private static async Task CompareAsync(string name, byte[] actual, byte[] expected)
    {
        var (one, other) = (await DenseAsync(actual), await DenseAsync(expected));
        Assert.Equal(other.Length, one.Length);
        var scale = other.Max(MathF.Abs);

        // In GPT-NeoX the MLP does not read what attention of its layer writes.
        Assert.True(scale > 0 || name.Contains("_activation_residual_grad", StringComparison.Ordinal), name);
        for (var i = 0; i < other.Length; i++)
        {
            Assert.True(MathF.Abs(one[i] - other[i]) <= 1e-5f * scale, $"{name}[{i}]: {one[i]}, {other[i]} recorded, scale {scale}");
        }
    }

    private static async Task<float[]> DenseAsync(byte[] bytes)
    {
        var file = await SafetensorsFile.OpenAsync(new MemoryByteSource("result", bytes), Cancellation);
        var values = await file.ReadFloatsAsync("values", Cancellation);
        if (!file.Tensors.ContainsKey("indptr"))
        {
            return values;
        }

        var rows = await file.ReadInt64Async("indptr", Cancellation);
        var columns = await file.ReadInt32Async("indices", Cancellation);
        var dense = new float[(rows.Length - 1) * Latents];
        for (var row = 0; row < rows.Length - 1; row++)
        {
            for (var entry = rows[row]; entry < rows[row + 1]; entry++)
            {
                dense[(row * Latents) + columns[entry]] = values[entry];
            }
        }

        return dense;
    }
}

using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Exclusion;
using AeServerless.Engine.Graph;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results.Chunks;
using AeServerless.Engine.Results.Merging;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Tests.Fixtures;
using AeServerless.Engine.Transformers;
using AeServerless.TestSupport;

namespace AeServerless.Engine.Tests.Results;

/// <summary>Made-up activations for one of the golden autoencoders, as a real shard, and a recipe of each shape of result.</summary>
internal sealed class GoldenDataset : IDisposable
{
    public const int Neurons = 128;
    public const int ModelWidth = 32;
    public const int BadToken = 17;

    private const string Json = """
        { "layers": [1], "autoencoders": [ { "input": "mlp_post_act", "path": "mlp_post_act/{layer}.safetensors" } ],
          "derivedScalars": [ "mlp_autoencoder_latent", "online_mlp_autoencoder_write_norm", "online_mlp_autoencoder_write_to_final_residual_grad",
            "online_mlp_autoencoder_error", { "type": "online_mlp_autoencoder_write", "latents": [3, 7] }SCALARS ],
          "outputs": ["statistics", "tokens", "latents"], "statistics": { "topExamples": 3, "histogramBins": 12 }MORE }
        """;

    private readonly PlanWeights _weights;

    private GoldenDataset(int[] lengths, float[] neurons, Shard shard, DerivationPlan plan, PlanWeights weights)
    {
        (Lengths, Activations, Shard, Plan) = (lengths, neurons, shard, plan);
        _weights = weights;
    }

    public int[] Lengths { get; }

    public float[] Activations { get; }

    public Shard Shard { get; }

    public DerivationPlan Plan { get; }

    public int Tokens => Lengths.Sum();

    public static string AutoencoderPath => Repository.Golden("dev-1", "mlp_post_act/1.safetensors");

    /// <summary>Makes the dataset.</summary>
    /// <param name="cancellationToken">Cancels the making.</param>
    /// <param name="more">More fields of the recipe, beginning with a comma.</param>
    /// <param name="scalars">More derived scalars, beginning with a comma.</param>
    /// <param name="isMasked">Whether every seventh token is masked.</param>
    public static async Task<GoldenDataset> CreateAsync(
        CancellationToken cancellationToken, string more = "", bool isMasked = false, string scalars = "")
    {
        var random = new Random(7);
        int[] lengths = [.. Enumerable.Range(0, 30).Select(_ => random.Next(1, 25))];
        var tokens = lengths.Sum();
        float[] Gaussian(int count) => [.. Enumerable.Range(0, count)
            .Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
        var (neurons, gradients) = (Gaussian(tokens * Neurons), Gaussian(tokens * ModelWidth));
        neurons[(BadToken * Neurons) + 5] = float.NaN;
        var shard = await ShardAsync(lengths, neurons, gradients, isMasked, cancellationToken);
        using var source = new FileByteSource(AutoencoderPath);
        var json = Json.Replace("MORE", more, StringComparison.Ordinal).Replace("SCALARS", scalars, StringComparison.Ordinal);
        var plan = DerivationPlan.Create(Recipe.Parse(System.Text.Encoding.UTF8.GetBytes(json), "recipe"), new PlanContext
        {
            Dataset = "made up",
            Model = new ModelDimensions(4, ModelWidth, Neurons, 4),
            ModelPath = "model.safetensors",
            Tensors = shard.Recorded.ToDictionary(pair => pair.Value.Name, pair => new RecordedTensor((int)pair.Value.RowWidth, 4)),
            Autoencoders = new Dictionary<AutoencoderKey, AutoencoderHeader>
            {
                [new AutoencoderKey("mlp_autoencoder_latent", 1)] =
                    Autoencoder.ReadHeader(await SafetensorsFile.OpenAsync(source, cancellationToken)),
            },
        });
        var weights = await PlanWeightsLoader.LoadAsync(
            plan, (path, _) => Task.FromResult<IByteSource>(new FileByteSource(Repository.Golden("dev-1", path))), cancellationToken);
        return new GoldenDataset(lengths, neurons, shard, plan, weights);
    }

    /// <summary>Computes the dataset in chunks and merges their results.</summary>
    public async Task<ResultDirectory> RunAsync(
        TemporaryFolder folder, string name, int chunkTokens, int tileTokens, CancellationToken cancellationToken)
    {
        var options = new EngineOptions { TileTokens = tileTokens, Threads = 2 };
        using var computation = new ChunkComputation(Plan, _weights, TestEngine.With(options));
        var parts = new List<IResultSource>();
        var marker = new TokenMarker(computation);
        var rows = new ShardRows(Shard);
        var medians = await marker.MedianNormsAsync(Shard, rows, cancellationToken);
        using var writer = new ChunkResultWriter(Plan.Outputs, Plan.Recipe.Statistics, Plan.Recipe.Outputs, TestEngine.With(options));
        var ranges = ChunkPlanner.Split(0, 0, Lengths, chunkTokens).ToList();
        foreach (var range in ranges)
        {
            var ids = new long[range.Tokens];
            await Shard.ReadTokensAsync(range.FirstRow, ids, cancellationToken);
            writer.Prepare(ids, await marker.MarkAsync(Shard, rows, range, ids, medians, cancellationToken));

            // Rows read ahead change nothing, neither this chunk's nor those of one that was given up.
            if (parts.Count % 3 > 0)
            {
                await computation.ReadAheadAsync(Shard, parts.Count % 3 == 1 ? range : ranges[0], cancellationToken);
            }

            await computation.ComputeAsync(Shard, range, writer, lastTileStarted: null, cancellationToken);
            var part = new ResultDirectory(folder.File($"{name}-{parts.Count}"));
            await writer.CompleteAsync(part, cancellationToken);
            parts.Add(part);
        }

        var merged = new ResultDirectory(folder.File(name));
        await ResultMerger.MergeAsync(parts, merged, cancellationToken);
        return merged;
    }

    public void Dispose() => _weights.Dispose();

    private static async Task<Shard> ShardAsync(
        int[] lengths, float[] neurons, float[] gradients, bool isMasked, CancellationToken cancellationToken)
    {
        var tokens = lengths.Sum();
        using var stream = new MemoryStream();
        await using var writer = await SafetensorsWriter.CreateAsync(
            stream,
            [
                new TensorSpec("tokens", TensorDtype.I64, [tokens]),
                new TensorSpec("sequence_lengths", TensorDtype.I32, [lengths.Length]),
                new TensorSpec("mlp.post_act/forward/1", TensorDtype.F32, [tokens, Neurons]),
                new TensorSpec("resid.post_mlp/backward/3", TensorDtype.F32, [tokens, ModelWidth]),
                .. isMasked ? (TensorSpec[])[new TensorSpec("mask", TensorDtype.U8, [tokens])] : [],
            ],
            null,
            cancellationToken);
        await writer.WriteAsync(Enumerable.Range(0, tokens).Select(token => (long)(token % 101)).ToArray(), cancellationToken);
        await writer.WriteAsync(lengths, cancellationToken);
        await writer.WriteAsync(neurons, cancellationToken);
        await writer.WriteAsync(gradients, cancellationToken);
        if (isMasked)
        {
            await writer.WriteAsync(
                Enumerable.Range(0, tokens).Select(token => (byte)(token % 7 == 3 ? 0 : 1)).ToArray(), cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
        return await Shard.OpenAsync(
            new MemoryByteSource("shard", stream.ToArray()), new ShardReference("shard", tokens, lengths.Length), cancellationToken);
    }
}

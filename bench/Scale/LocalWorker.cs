using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results.Chunks;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;

namespace AeServerless.Bench.Scale;

/// <summary>
/// Does the work of a worker on this machine: chunks of made-up activations through a real autoencoder, results to files. One thread and
/// its processor time, so that what else runs on the machine does not count.
/// </summary>
public static class LocalWorker
{
    private const int Tokens = 32_768;
    private const int SequenceTokens = 128;
    private const int Layer = 2;

    private static readonly int[] ChunkSizes = [16_384, 8_192, 4_096, 2_048, 1_024];

    private static ReadOnlySpan<byte> RecipeJson => """
        { "layers": [2], "autoencoders": [ { "input": "mlp_post_act", "path": "{layer}.safetensors" } ],
          "derivedScalars": ["mlp_autoencoder_latent"], "outputs": ["statistics", "tokens", "latents"] }
        """u8;

    /// <summary>Runs the same data in chunks of several sizes.</summary>
    /// <param name="autoencoder">A file with an MLP autoencoder.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IReadOnlyList<MeasuredRun>> MeasureAsync(string autoencoder, CancellationToken cancellationToken)
    {
        using var source = new FileByteSource(autoencoder);
        var header = Autoencoder.ReadHeader(await SafetensorsFile.OpenAsync(source, cancellationToken));
        var shard = await ShardAsync(header.InputSize, cancellationToken);
        var plan = DerivationPlan.Create(Recipe.Parse(RecipeJson, "recipe"), new PlanContext
        {
            Dataset = "made up",
            Model = new ModelDimensions(Layer + 1, header.InputSize / 4, header.InputSize, 4),
            Tensors = shard.Recorded.ToDictionary(pair => pair.Value.Name, pair => new RecordedTensor((int)pair.Value.RowWidth, 4)),
            Autoencoders = new Dictionary<AutoencoderKey,
            AutoencoderHeader>
            { [new AutoencoderKey("mlp_autoencoder_latent", Layer)] = header },
        });
        using var weights = await PlanWeightsLoader.LoadAsync(
            plan, (_, _) => Task.FromResult<IByteSource>(new FileByteSource(autoencoder)), cancellationToken);
        using var engine = new EngineContext(new EngineOptions { Threads = 1 });
        using var computation = new ChunkComputation(plan, weights, engine);

        await RunAsync(engine, computation, plan, shard, ChunkSizes[^1], cancellationToken);
        var runs = new List<MeasuredRun>();
        foreach (var size in ChunkSizes)
        {
            runs.Add(await RunAsync(engine, computation, plan, shard, size, cancellationToken));
        }

        return runs;
    }

    private static async Task<MeasuredRun> RunAsync(
        EngineContext engine, ChunkComputation computation, DerivationPlan plan, Shard shard, int chunkTokens,
        CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ae-bench-");
        try
        {
            var ranges = ChunkPlanner.Split(0, 0, shard.SequenceLengths, chunkTokens);
            var before = Environment.CpuUsage.TotalTime;
            using var writer = new ChunkResultWriter(plan.Outputs, plan.Recipe.Statistics, plan.Recipe.Outputs, engine);
            foreach (var range in ranges)
            {
                var ids = new long[range.Tokens];
                await shard.ReadTokensAsync(range.FirstRow, ids, cancellationToken);
                writer.Prepare(ids);
                await computation.ComputeAsync(shard, range, writer, lastTileStarted: null, cancellationToken);
                await writer.CompleteAsync(new ResultDirectory(Path.Combine(folder.FullName, $"{range.FirstRow}")), cancellationToken);
            }

            return new MeasuredRun(
                Tokens, chunkTokens, ranges.Count, Math.Round((Environment.CpuUsage.TotalTime - before).TotalSeconds, 3));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Shard> ShardAsync(int width, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        var values = new float[Tokens * width];
        for (var index = 0; index < values.Length; index++)
        {
            // Most neurons of a language model are close to silent, few are loud.
            values[index] = MathF.Max(-0.1f, (float)Math.Log(1 - random.NextDouble()) * -0.2f - 0.2f);
        }

        using var stream = new MemoryStream();
        await using var writer = await SafetensorsWriter.CreateAsync(
            stream,
            [
                new TensorSpec("tokens", TensorDtype.I64, [Tokens]),
                new TensorSpec("sequence_lengths", TensorDtype.I32, [Tokens / SequenceTokens]),
                new TensorSpec($"mlp.post_act/forward/{Layer}", TensorDtype.F32, [Tokens, width]),
            ],
            null,
            cancellationToken);
        await writer.WriteAsync(new long[Tokens], cancellationToken);
        await writer.WriteAsync(Enumerable.Repeat(SequenceTokens, Tokens / SequenceTokens).ToArray(), cancellationToken);
        await writer.WriteAsync(values, cancellationToken);
        await writer.CompleteAsync(cancellationToken);
        return await Shard.OpenAsync(
            new MemoryByteSource("shard", stream.ToArray()), new ShardReference(
                "shard", Tokens, Tokens / SequenceTokens), cancellationToken);
    }
}

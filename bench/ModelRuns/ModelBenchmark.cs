using System.Text;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Models;
using AeServerless.Models.Running;
using AeServerless.Models.Weights;
using AeServerless.TestSupport;
using TorchSharp;

namespace AeServerless.Bench.ModelRuns;

/// <summary>
/// (g) a model forward over tokens, (h) the same with latents derived on the way: what runs over datasets of tokens do; (i) the same model
/// written out plainly in TorchSharp, with its fused attention.
/// </summary>
internal static class ModelBenchmark
{
    private const int DefaultTokens = 16_384;
    private const int WindowTokens = 4096;

    // Larger batches take longer here: torch gives their memory back to the system each time.
    private const int PlainTokens = 1024;

    public static async Task RunAsync(
        int repeats, int? tokens, Report report, EngineContext engine, CancellationToken cancellationToken)
    {
        await MeasureAsync(
            "sample",
            path => path.StartsWith("models/", StringComparison.Ordinal)
                ? Repository.Sample($"model/{Path.GetFileName(path)}")
                : Repository.Sample($"autoencoders/{path["autoencoders/".Length..]}"),
            "mlp_post_act",
            layer: 2,
            tokens ?? DefaultTokens,
            repeats,
            report,
            engine,
            cancellationToken);
        var folder = Directory.CreateTempSubdirectory("ae-bench-model");
        try
        {
            await RandomGpt2.WriteAsync(folder.FullName, cancellationToken);
            await MeasureAsync(
                "GPT-2 small, 24,576 latents",
                path => Path.Combine(folder.FullName, Path.GetFileName(path)),
                "resid_delta_mlp",
                RandomGpt2.Layer,
                tokens ?? DefaultTokens / 4,
                Math.Min(repeats, 3),
                report,
                engine,
                cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(
        string name,
        Func<string, string> find,
        string input,
        int layer,
        int tokens,
        int repeats,
        Report report,
        EngineContext engine,
        CancellationToken cancellationToken)
    {
        Task<IByteSource> OpenAsync(string path, CancellationToken _) => Task.FromResult<IByteSource>(new FileByteSource(find(path)));
        var recipe = Recipe.Parse(
            Encoding.UTF8.GetBytes(
                $$"""
                { "schema": "ae-serverless/recipe/1", "layers": [{{layer}}],
                  "autoencoders": [ { "input": "{{input}}", "path": "autoencoders/{{input}}/{layer}.safetensors" } ],
                  "derivedScalars": [ "mlp_autoencoder_latent" ] }
                """),
            "bench");
        var files = new ModelFolder(Path.GetDirectoryName(find("models/bench/config.json"))!);
        using var model = await LanguageModel.LoadAsync(files, layer + 1, head: false, cancellationToken: cancellationToken);
        var (shard, range) = await ShardAsync(tokens, model.Architecture.Vocabulary, Math.Min(128, model.Architecture.Positions));
        var manifest = new DatasetManifest(
            DatasetManifest.SchemaName, "models/bench/model.safetensors", 0, "", [new("s", tokens, range.SequenceLengths.Count)]);
        var sources = PlanSources.OwnFormat(async (path, token) => File.Exists(find(path)) ? await OpenAsync(path, token) : null);
        var reader = new PlanContextReader(sources, RunnableModels.Describe);
        var plan = DerivationPlan.Create(
            recipe, await reader.ReadAsync("bench", manifest, "manifest.json", recipe, shard, cancellationToken));
        using var weights = await PlanWeightsLoader.LoadAsync(plan, OpenAsync, cancellationToken);
        using var computation = new ChunkComputation(plan, weights, engine);
        var consumer = new ComparingConsumer();
        ModelRows Rows() => new(model, shard, plan.Runs, backward: null, engine);
        var width = plan.Context.Tensors[plan.Runs[0]].Width;
        var window = new float[WindowTokens * width];
        var length = range.SequenceLengths[0];
        using var plain = await PlainGpt2.LoadAsync(
            find("models/bench/model.safetensors"), layer + 1, model.Architecture.Heads, cancellationToken);
        var ids = new long[tokens / length * length];
        await shard.ReadTokensAsync(0, ids, cancellationToken);
        using var batch = torch.tensor(ids).view(-1, length);
        var timings = await Stopwatches.MeasureAsync(
            repeats,
            async () =>
            {
                using var rows = Rows();
                for (var first = 0; first < tokens; first += WindowTokens)
                {
                    var count = Math.Min(WindowTokens, tokens - first);
                    await rows.ReadRowsAsync(plan.Runs[0], width, first, window.AsMemory(0, count * width), cancellationToken);
                }
            },
            async () =>
            {
                using var rows = Rows();
                await computation.ComputeAsync(rows, range, consumer, cancellationToken);
            },
            () =>
            {
                torch.set_num_threads(engine.Threads);
                for (var first = 0L; first < batch.shape[0]; first += PlainTokens / length)
                {
                    using var part = batch.narrow(0, first, Math.Min(PlainTokens / length, batch.shape[0] - first));
                    plain.Forward(part).Dispose();
                }

                return Task.CompletedTask;
            });

        Report.Title($"{name}, the model run over tokens: {tokens} tokens, to layer {layer}");
        report.Time(name, "(g) the model alone", timings.Seconds(0), tokens);
        report.Time(name, "(h) the model, latents derived on the way", timings.Seconds(1), tokens);
        report.Time(name, "(i) the model written out in TorchSharp", timings.Seconds(2), ids.Length);
        report.Number(name, "(h) / (g)", timings.Ratio(1, 0), "x");
        report.Number(name, "(g) / (i)", timings.Ratio(0, 2) * ids.Length / tokens, "x");
    }

    private static async Task<(Shard Shard, ChunkRange Range)> ShardAsync(int tokens, int vocabulary, int length)
    {
        var random = new Random(7);
        int[] lengths = [.. Enumerable.Repeat(length, tokens / length), .. tokens % length > 0 ? (int[])[tokens % length] : []];
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(vocabulary))];
        using var stream = new MemoryStream();
        var writer = await SafetensorsRowWriter.CreateAsync(
            stream,
            [
                new(TensorNames.Tokens, TensorDtype.I32, [tokens]),
                new(TensorNames.SequenceLengths, TensorDtype.I32, [lengths.Length]),
            ],
            null,
            CancellationToken.None);
        await writer.WriteRowsAsync(TensorNames.Tokens, 0, ids.AsMemory(), CancellationToken.None);
        await writer.WriteRowsAsync(TensorNames.SequenceLengths, 0, lengths.AsMemory(), CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
        var shard = await Shard.OpenAsync(
            new MemoryByteSource("shard", stream.ToArray()), new ShardReference("s", tokens, lengths.Length), CancellationToken.None);
        return (shard, new ChunkRange(0, 0, tokens, 0, lengths));
    }
}

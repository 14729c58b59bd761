using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Tensors;
using AeServerless.TestSupport;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Bench;

/// <summary>(f) a run through Azurite and the host against (e), the engine alone on the same tokens.</summary>
internal static class EndToEndBenchmark
{
    // A round is minutes long, and its chunks are repeats of each other.
    public const int DefaultRepeats = 1;
    public const int DefaultChunks = 64;

    // About ten seconds of two cores, which is short for a chunk in production; in float16 such a dataset of 64 chunks takes 26 GB of disk.
    public const int DefaultChunkTokens = 131_072;
    public const int DefaultWideChunkTokens = 16_384;

    private const int SequenceTokens = 128;
    private const int Tenth = 10;
    private const int BlockBytes = 32 << 20;
    // Seldom: answering takes the time of the cores that are measured.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    public static int ChunkTokens(Shape shape) => shape.Input > Shape.ModelWidth ? DefaultWideChunkTokens : DefaultChunkTokens;

    /// <summary>Autoencoders with ReLU: how latents are chosen makes no difference to what is around the engine.</summary>
    public static bool IsFor(Shape shape) => shape.Activation.Kind == AeServerless.Engine.Autoencoders.ActivationKind.ReLU;

    public static async Task RunAsync(
        Workload workload, int chunks, int chunkTokens, TensorDtype dtype, int repeats, Report report, CancellationToken cancellationToken)
    {
        var shape = workload.Shape;
        using var engine = await EngineRun.CreateAsync(workload, report.Engine, cancellationToken);
        var state = Directory.CreateTempSubdirectory("ae-bench-app");
        try
        {
            // On disk, as `./ae up` has it: in memory, node's garbage collector is busier than anything else.
            await using var azurite = await AzuriteProcess.StartAsync(Path.Combine(state.FullName, "azurite"), cancellationToken);

            // Without an MD5 of each block Azurite computes a checksum of its own, in JavaScript: uploading the datasets would take longer
            // than the runs.
            var uploads = new BlobClientOptions { TransferValidation = { Upload = { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 } } };
            var storage = new BlobServiceClient(azurite.ConnectionString, uploads);
            var settings = new Dictionary<string, string> { ["LocalHostBlobPollSeconds"] = "1" };
            await using var app = await FunctionAppProcess.StartAsync(azurite.ConnectionString, state.FullName, settings, cancellationToken: cancellationToken);
            await UploadWeightsAsync(storage, workload, cancellationToken);
            await UploadDatasetAsync(storage, "few", workload, dtype, (long)Math.Max(1, chunks / Tenth) * chunkTokens, cancellationToken);
            await UploadDatasetAsync(storage, "all", workload, dtype, (long)chunks * chunkTokens, cancellationToken);

            // Weights are loaded once for many runs: the first, of a tenth of the chunks, warms up and says what memory it takes.
            await TimeRunAsync(app.Client, "few", chunkTokens, 0, cancellationToken);
            await engine.RunAsync(new ComparingConsumer(), Math.Min(chunkTokens, Workload.DefaultTokens), cancellationToken);
            var memoryOfFew = app.PeakMemory;
            var (alone, through) = (new List<double>(), new List<Phases>());
            var (processors, engineProcessors) = (new List<(double App, double Storage)>(), new List<double>());
            async Task<(double Seconds, double Processor)> RunEngineAsync(int count)
            {
                var (before, started) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
                for (var chunk = 0; chunk < count; chunk++)
                {
                    await engine.RunAsync(new ComparingConsumer(), chunkTokens, cancellationToken);
                }

                return (Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
            }

            for (var round = 0; round < repeats; round++)
            {
                // Half of it before and half after: a machine that becomes slower meanwhile does so for both.
                var first = await RunEngineAsync(chunks / 2);
                var (appBefore, storageBefore) = (app.ProcessorTime, azurite.ProcessorTime);
                through.Add(await TimeRunAsync(app.Client, "all", chunkTokens, round, cancellationToken));
                processors.Add(((app.ProcessorTime - appBefore).TotalSeconds, (azurite.ProcessorTime - storageBefore).TotalSeconds));
                var second = await RunEngineAsync(chunks - (chunks / 2));
                alone.Add(first.Seconds + second.Seconds);
                engineProcessors.Add(first.Processor + second.Processor);
            }

            var stored = await storage.GetBlobContainerClient("results").GetBlobsAsync(new GetBlobsOptions { Prefix = "chunks/" }, cancellationToken)
                .Where(blob => blob.Name.EndsWith("/data.bin", StringComparison.Ordinal))
                .Select(blob => blob.Properties.ContentLength ?? 0).AverageAsync(cancellationToken);
            var (e, f) = (Median(alone, seconds => seconds), Median(through, run => run.Total));
            var tokens = (long)chunks * chunkTokens;
            Report.Title($"{shape.Name}, six scalars through Azurite and the host: {tokens} tokens in {chunks} chunks, stored as {dtype}");
            report.Time(shape.Name, "(e) this engine alone", e, tokens);
            report.Time(shape.Name, "(f) request to result, statistics and storage included", f, tokens);
            report.Number(shape.Name, "(f) / (e)", f / e, "x");
            report.Number(shape.Name, "a chunk's share of what is not the engine's", (f - e) / chunks * 1e3, "ms");
            report.Number(shape.Name, "processor time a chunk: (e)", Median(engineProcessors, seconds => seconds) / chunks, "s");
            report.Number(shape.Name, "processor time a chunk: (f), the app", Median(processors, run => run.App) / chunks, "s");
            report.Number(shape.Name, "processor time a chunk: (f), Azurite", Median(processors, run => run.Storage) / chunks, "s");
            report.Number(shape.Name, "of a run: computing, group merges among it", Median(through, run => run.Computing), "s");
            report.Number(shape.Name, "of a run: merging the groups", Median(through, run => run.Merging), "s");
            report.Number(shape.Name, "of a run: tables, summary and report", Median(through, run => run.Finishing), "s");
            report.Number(shape.Name, "results stored a chunk", stored / 1e6, "MB");
            report.Number(shape.Name, $"most memory of the app, after a dataset of {Math.Max(1, chunks / Tenth)} chunks", memoryOfFew / 1e6, "MB");
            report.Number(shape.Name, $"most memory of the app, after datasets of {chunks} chunks", app.PeakMemory / 1e6, "MB");
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static double Median<T>(List<T> values, Func<T, double> value) => values.Select(value).Order().ElementAt(values.Count / 2);

    private static async Task<Phases> TimeRunAsync(HttpClient client, string dataset, int chunkTokens, int round, CancellationToken cancellationToken)
    {
        // Another range of histograms each time: the same work, and nothing that could be reused.
        var recipe = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(EngineRun.RecipeText)!;
        recipe["chunkTokens"] = JsonSerializer.SerializeToElement(chunkTokens);
        recipe["statistics"] = JsonSerializer.SerializeToElement(new { histogramMaxExponent = 12 + round });
        var started = Stopwatch.GetTimestamp();
        using var response = await client.PostAsJsonAsync("runs", new { dataset, recipe }, cancellationToken);
        response.EnsureSuccessStatusCode();
        var runId = (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("runId").GetString();
        while (true)
        {
            var run = await client.GetFromJsonAsync<JsonElement>($"runs/{runId}", cancellationToken);
            switch (run.GetProperty("status").GetString())
            {
                case "completed":
                    var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
                    return await PhasesAsync(client, $"runs/{runId}", seconds, cancellationToken);
                case "failed" or "terminated":
                    throw new InvalidOperationException($"The run failed: {run}");
                default:
                    await Task.Delay(PollInterval, cancellationToken);
                    break;
            }
        }
    }

    private static async Task<Phases> PhasesAsync(HttpClient client, string run, double total, CancellationToken cancellationToken)
    {
        var timings = (await client.GetFromJsonAsync<JsonElement>($"{run}/results/run.json", cancellationToken)).GetProperty("timings");
        DateTime At(string name) => timings.GetProperty(name).GetDateTime();
        return new Phases(
            total, (At("computedAt") - At("startedAt")).TotalSeconds, (At("mergedAt") - At("computedAt")).TotalSeconds, (At("finishedAt") - At("mergedAt")).TotalSeconds);
    }

    private static async Task UploadWeightsAsync(BlobServiceClient storage, Workload workload, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ae-bench-weights");
        await EngineRun.WriteWeightsAsync(workload, folder.FullName, cancellationToken);
        foreach (var (container, file) in ((string, string)[])[("autoencoders", "0.safetensors"), ("models", "model.safetensors")])
        {
            await using var content = File.OpenRead(Path.Combine(folder.FullName, file));
            await (await ContainerAsync(storage, container, cancellationToken)).GetBlobClient($"bench/{file}").UploadAsync(content, cancellationToken);
        }

        folder.Delete(recursive: true);
    }

    // One shard of the workload's tokens, again and again: what is measured does not depend on their values.
    private static async Task UploadDatasetAsync(
        BlobServiceClient storage, string dataset, Workload workload, TensorDtype dtype, long tokens, CancellationToken cancellationToken)
    {
        var container = await ContainerAsync(storage, "activations", cancellationToken);
        var sequences = (int)(tokens / SequenceTokens);
        var blocks = new BlobOpenWriteOptions { BufferSize = BlockBytes };
        await using (var shard = await container.GetBlobClient($"{dataset}/shards/00000.safetensors").OpenWriteAsync(overwrite: true, blocks, cancellationToken))
        {
            await using (var writer = await SafetensorsWriter.CreateAsync(
                shard,
                [
                    new("tokens", TensorDtype.I64, [tokens]), new("sequence_lengths", TensorDtype.I32, [sequences]),
                new("mlp.post_act/forward/0", dtype, [tokens, workload.Shape.Input]),
                new("resid.post_mlp/backward/0", dtype, [tokens, Shape.ModelWidth]),
                ],
                null,
                cancellationToken))
            {
                await writer.WriteAsync(new long[tokens], cancellationToken);
                await writer.WriteAsync(Enumerable.Repeat(SequenceTokens, sequences).ToArray(), cancellationToken);
                foreach (var values in (float[][])[workload.Inputs, workload.FinalGradients])
                {
                    var width = values.Length / workload.Tokens;
                    for (var written = 0L; written < tokens; written += workload.Tokens)
                    {
                        await writer.WriteAsync(values.AsMemory(0, (int)Math.Min(workload.Tokens, tokens - written) * width), cancellationToken);
                    }
                }

                await writer.CompleteAsync(cancellationToken);
            }
        }

        var manifest = new DatasetManifest(
            DatasetManifest.SchemaName, "models/bench/model.safetensors", 1, "", [new ShardReference("shards/00000.safetensors", tokens, sequences)]);
        await container.GetBlobClient($"{dataset}/{DatasetManifest.FileName}").UploadAsync(BinaryData.FromBytes(manifest.ToJson()), cancellationToken);
    }

    private static async Task<BlobContainerClient> ContainerAsync(BlobServiceClient storage, string name, CancellationToken cancellationToken)
    {
        var container = storage.GetBlobContainerClient(name);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        return container;
    }

    private readonly record struct Phases(double Total, double Computing, double Merging, double Finishing);
}

using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Tensors;
using AeServerless.TestSupport;
using Azure.Storage.Blobs;

namespace AeServerless.Bench;

/// <summary>(f) a run through Azurite and the host against (e), the engine alone on the same tokens.</summary>
internal static class EndToEndBenchmark
{
    private const int Chunks = 64;
    private const int SequenceTokens = 128;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>GPT-2 small's residual stream and the sample: of the larger shapes only the time to compute is longer.</summary>
    public static bool IsFor(Shape shape) => shape.Name is "768-relu" or "sample-relu";

    public static async Task RunAsync(Workload workload, int repeats, Report report, CancellationToken cancellationToken)
    {
        var shape = workload.Shape;
        var chunkTokens = workload.Tokens;
        var tokens = Chunks * chunkTokens;
        using var engine = await PlanRun.CreateAsync(workload, cancellationToken);
        await using var azurite = await AzuriteProcess.StartAsync(cancellationToken: cancellationToken);
        var state = Directory.CreateTempSubdirectory("ae-bench-app");
        var storage = new BlobServiceClient(azurite.ConnectionString);
        await using var app = await FunctionAppProcess.StartAsync(azurite.ConnectionString, state.FullName, cancellationToken: cancellationToken);
        await UploadWeightsAsync(storage, workload, cancellationToken);

        // Weights are loaded once for many runs: the first dataset warms up.
        var rounds = repeats + 1;
        var (alone, through) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var dataset = $"bench-{round}";
            await UploadDatasetAsync(storage, workload, dataset, cancellationToken);
            var run = await TimeRunAsync(app.Client, dataset, chunkTokens, cancellationToken);
            var started = Stopwatch.GetTimestamp();
            for (var chunk = 0; chunk < Chunks; chunk++)
            {
                await engine.RunAsync(new ComparingConsumer(), chunkTokens, cancellationToken);
            }

            if (round > 0)
            {
                alone.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                through.Add(run);
            }
        }

        state.Delete(recursive: true);
        var (e, f) = (Median(alone), Median(through));
        Report.Title($"{shape.Name}, six scalars through Azurite and the host: {tokens} tokens in {Chunks} chunks");
        report.Time(shape.Name, "(e) this engine alone", e, tokens);
        report.Time(shape.Name, "(f) request to result, statistics and storage included", f, tokens);
        report.Number(shape.Name, "(f) / (e)", f / e, "x");
        report.Number(shape.Name, "a chunk's share of what is not the engine's", (f - e) / Chunks * 1e3, "ms");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<double> TimeRunAsync(HttpClient client, string dataset, int chunkTokens, CancellationToken cancellationToken)
    {
        var recipe = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(PlanRun.RecipeText)!;
        recipe["chunkTokens"] = JsonSerializer.SerializeToElement(chunkTokens);
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
                    return Stopwatch.GetElapsedTime(started).TotalSeconds;
                case "failed" or "terminated":
                    throw new InvalidOperationException($"The run failed: {run}");
                default:
                    await Task.Delay(PollInterval, cancellationToken);
                    break;
            }
        }
    }

    private static async Task UploadWeightsAsync(BlobServiceClient storage, Workload workload, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ae-bench-weights");
        await PlanRun.WriteWeightsAsync(workload, folder.FullName, cancellationToken);
        foreach (var (container, file) in ((string, string)[])[("autoencoders", "0.safetensors"), ("models", "model.safetensors")])
        {
            await using var content = File.OpenRead(Path.Combine(folder.FullName, file));
            await (await ContainerAsync(storage, container, cancellationToken)).GetBlobClient($"bench/{file}").UploadAsync(content, cancellationToken);
        }

        folder.Delete(recursive: true);
    }

    // One shard: every chunk has the workload's tokens again, as what is measured does not depend on their values.
    private static async Task UploadDatasetAsync(BlobServiceClient storage, Workload workload, string dataset, CancellationToken cancellationToken)
    {
        var container = await ContainerAsync(storage, "activations", cancellationToken);
        var tokens = (long)Chunks * workload.Tokens;
        var sequences = (int)(tokens / SequenceTokens);
        await using (var shard = await container.GetBlobClient($"{dataset}/shards/00000.safetensors").OpenWriteAsync(overwrite: true, cancellationToken: cancellationToken))
        await using (var writer = await SafetensorsWriter.CreateAsync(
            shard,
            [
                new("tokens", TensorDtype.I64, [tokens]), new("sequence_lengths", TensorDtype.I32, [sequences]),
                new("mlp.post_act/forward/0", TensorDtype.F32, [tokens, workload.Shape.Input]),
                new("resid.post_mlp/backward/0", TensorDtype.F32, [tokens, Shape.ModelWidth]),
            ],
            null,
            cancellationToken))
        {
            await writer.WriteAsync(new long[tokens], cancellationToken);
            await writer.WriteAsync(Enumerable.Repeat(SequenceTokens, sequences).ToArray(), cancellationToken);
            foreach (var values in (float[][])[workload.Inputs, workload.FinalGradients])
            {
                for (var chunk = 0; chunk < Chunks; chunk++)
                {
                    await writer.WriteAsync(values, cancellationToken);
                }
            }

            await writer.CompleteAsync(cancellationToken);
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
}

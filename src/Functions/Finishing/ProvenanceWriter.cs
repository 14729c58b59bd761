using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using AeServerless.Contracts;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results.Summary;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;

namespace AeServerless.Functions.Finishing;

/// <summary>
/// Writes <c>run.json</c>: what was asked for, every input with its version, every chunk with its key and whether it was computed and why,
/// the results with their hashes, versions and times. It is streamed, since a run can have a hundred thousand chunks.
/// </summary>
public sealed class ProvenanceWriter(RunDocuments documents, ResultStore store, LatestRuns latest, AppSettings settings, TimeProvider clock)
{
    private const string Schema = "ae-serverless/run/1";

    /// <summary>Writes the document and makes the run the latest of its recipe and dataset.</summary>
    public async Task WriteAsync(
        FinishRequest request,
        RunFigures figures,
        RunPlan plan,
        IReadOnlyList<ResultFile> files,
        RunSummary summary,
        CancellationToken cancellationToken)
    {
        var document = await documents.RequestAsync(request.RunId, cancellationToken);
        var changes = await latest.CompareAsync(request.RunId, document, cancellationToken);
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        await using (var stream = await store.Sink(RunPaths.Of(request.RunId)).CreateAsync("run.json", cancellationToken))
        {
            await using (var json = new Utf8JsonWriter(stream, options))
            {
                json.WriteStartObject();
                json.WriteString("schema", Schema);
                json.WriteString("runId", request.RunId);
                json.WriteString("dataset", document.Dataset);
                WriteRecipe(json, document);
                WriteFigures(json, request, figures, plan);
                Write(json, "changes", changes);
                Write(json, "sources", plan.Sources);
                if (plan.Sources.Any(source => source.Source == ValueSource.Run))
                {
                    json.WriteString("modelDtype", RecipeNames.NameOf(document.ReadRecipe().ModelDtype));
                }

                Write(json, "weights", plan.Weights);
                Write(json, "unvouched", plan.Unvouched);
                Write(json, "autoencoders", summary.Autoencoders.Select(AutoencoderFigures.Of));
                if (RunExclusions.Of(summary, plan) is { } exclusions)
                {
                    Write(json, "excluded", exclusions);
                }

                Write(json, "root", MergeTree.Root(plan.Groups));
                Write(json, "results", files);
                Write(json, "inputs", document.Inputs);
                await WriteChunksAsync(json, request.RunId, plan, document, changes, cancellationToken);
                json.WriteEndObject();
            }

            await stream.CompleteAsync(cancellationToken);
        }

        await latest.SetAsync(request.RunId, document, cancellationToken);
    }

    private static void WriteRecipe(Utf8JsonWriter json, RunRequest document)
    {
        json.WriteString("recipeName", document.RecipeName);
        json.WritePropertyName("recipe");
        document.Recipe.WriteTo(json);
    }

    private static void Write<T>(Utf8JsonWriter json, string name, T value)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value, ResultJson.Options);
    }

    private void WriteFigures(Utf8JsonWriter json, FinishRequest request, RunFigures figures, RunPlan plan)
    {
        Write(json, "versions", new RunVersions(Versions.Product, Versions.Results, RuntimeInformation.FrameworkDescription));
        json.WriteString("device", settings.EngineDevice.ToString());
        Write(json, "screenings", request.Totals.Screenings);
        json.WriteNumber("chunks", plan.Chunks);
        json.WriteNumber("chunksComputed", figures.ChunksComputed);
        json.WriteNumber("chunksReused", figures.ChunksReused);
        json.WriteNumber("tokens", plan.Tokens);
        json.WriteNumber("sequences", plan.Sequences);
        json.WriteNumber("tokensPerSecond", figures.TokensPerSecond);
        Write(json, "timings", RunTimings.Of(request, clock.GetUtcNow().UtcDateTime));
    }

    private async Task WriteChunksAsync(
        Utf8JsonWriter json, string runId, RunPlan plan, RunRequest document, RunChanges changes, CancellationToken cancellationToken)
    {
        var reasons = new ChunkReasons(document, changes, plan);
        json.WriteStartArray("chunkResults");
        for (var group = 0; group < plan.Groups.Count; group++)
        {
            var chunks = (await documents.GroupAsync(runId, group, cancellationToken)).Chunks;
            var reused = await store.ReadJsonAsync<bool[]>(RunPaths.Reused(runId, group), cancellationToken) ?? [];
            for (var chunk = 0; chunk < chunks.Count; chunk++)
            {
                var isReused = chunk < reused.Length && reused[chunk];
                JsonSerializer.Serialize(json, ChunkRecord.Of(chunks[chunk], isReused, reasons), ResultJson.Options);
            }

            await json.FlushAsync(cancellationToken);
        }

        json.WriteEndArray();
    }
}

using System.IO.Compression;
using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Exports.Formats.Profiled;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>
/// Neuronpedia's folder that its importer reads, <c>exports/{model}/{layer}-{set}[__suffix]/</c>, and, for its HTTP API,
/// <c>uploads/{source}/batch-N.json</c>.
/// </summary>
public sealed class NeuronpediaFormat : DashboardFormat
{
    private const int MostFeatures = 10_000_000;
    private const int MostTokens = 1024;
    private const int MostOfUpload = 128;
    // The importer sees one page of a folder's listing.
    private const int MostFiles = 1000;

    /// <inheritdoc/>
    public override string Name => "neuronpedia";

    /// <inheritdoc/>
    public override string Summary => "Neuronpedia: the folder of its importer, and batches for its upload API";

    private protected override void Check(ExportSession session)
    {
        base.Check(session);
        if (session.Options.ContextTokens > MostTokens)
        {
            throw new InvalidInputException(
                "contextTokens", $"is {session.Options.ContextTokens}; Neuronpedia takes examples of {MostTokens} tokens at most");
        }

        if (session.Run.TokenText is null)
        {
            session.Lose("the tokenizer was not handed in: tokens are shown by their ids");
        }
    }

    private protected override int[] Bounds(ExportSession session, LatentScalar scalar)
    {
        if (scalar.Width > MostFeatures)
        {
            throw new InvalidInputException(scalar.Name, $"has {scalar.Width} latents; Neuronpedia takes {MostFeatures} at most");
        }

        return Groups(scalar.Width, Math.Max(session.Options.Dashboard.FeaturesPerBatch, (scalar.Width + MostFiles - 1) / MostFiles));
    }

    private protected override string Unit(ExportSession session, LatentScalar scalar, int index) => $"{Source(session, scalar)}-{index}";

    private protected override async Task WriteAsync(ExportUnit unit, ProfiledRange range, CancellationToken cancellationToken)
    {
        var features = await new FeatureBuilder(range).BuildAsync(unit.Lose, cancellationToken);
        var (source, folder) = (Source(range.Session, range.Scalar), Folder(range.Session, range.Scalar));
        var rows = new NeuronpediaRows(range.Session, source, SaeDashboardFormat.Hook(range.Session, range.Scalar));
        await WriteLinesAsync(unit, $"{folder}/features/batch-{range.Index}.jsonl.gz", features, rows.WriteFeature, cancellationToken);
        await WriteLinesAsync(
            unit,
            $"{folder}/activations/batch-{range.Index}.jsonl.gz",
            features.SelectMany(feature => feature.Examples.Select((example, index) => (feature, example, index))),
            (json, row) => rows.WriteActivation(json, row.feature, row.example, row.index),
            cancellationToken);
        foreach (var upload in features.Chunk(MostOfUpload))
        {
            await unit.WriteAsync(
                $"uploads/{source}/batch-{upload[0].Index}-{upload[^1].Index}.json",
                async content =>
                {
                    await using var json = new Utf8JsonWriter(content, ExportJson.Options);
                    NeuronpediaUpload.Write(json, range.Session.Options.Model, source, upload);
                },
                cancellationToken);
        }
    }

    private protected override async Task CompleteAsync(
        ExportSession session, IReadOnlyList<LatentScalar> scalars, CancellationToken cancellationToken)
    {
        foreach (var scalar in scalars)
        {
            var source = Source(session, scalar);
            if (session.IsDone($"{source}-source"))
            {
                continue;
            }

            var sequences = await ExportSession.SequencesAsync(scalar.File, cancellationToken);
            var rows = new NeuronpediaSources(session, source, SourceSet(session, scalar), sequences);
            var unit = session.Begin($"{source}-source");
            await WriteAsync("release", rows.WriteRelease);
            await WriteAsync("model", rows.WriteModel);
            await WriteAsync("sourceset", rows.WriteSourceSet);
            await WriteAsync("source", rows.WriteSource);
            await unit.CompleteAsync(cancellationToken);

            Task WriteAsync(string name, Action<Utf8JsonWriter> write) => unit.WriteAsync(
                $"{Folder(session, scalar)}/{name}.jsonl",
                async content =>
                {
                    await using (var json = new Utf8JsonWriter(content, ExportJson.Options))
                    {
                        write(json);
                    }

                    await content.WriteAsync("\n"u8.ToArray(), cancellationToken);
                },
                cancellationToken);
        }
    }

    private static string Source(ExportSession session, LatentScalar scalar)
    {
        var suffix = session.Options.Dashboard.Suffix;
        return $"{scalar.Layer}-{SourceSet(session, scalar)}{(suffix.Length > 0 ? $"__{suffix}" : "")}";
    }

    private static string Folder(ExportSession session, LatentScalar scalar) =>
        $"exports/{session.Options.Model}/{Source(session, scalar)}";

    private static Task WriteLinesAsync<T>(
        ExportUnit unit, string name, IEnumerable<T> rows, Action<Utf8JsonWriter, T> write, CancellationToken cancellationToken) =>
        unit.WriteAsync(name, async content =>
        {
            await using var gzip = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true);
            await using var json = new Utf8JsonWriter(gzip, ExportJson.Options);
            foreach (var row in rows)
            {
                write(json, row);
                await json.FlushAsync(cancellationToken);
                json.Reset();
                gzip.Write("\n"u8);
            }
        }, cancellationToken);
}

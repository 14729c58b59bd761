using System.Text.Json;
using AeServerless.Exports.Formats.Arrays;
using AeServerless.Exports.Formats.Profiled;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>
/// SAEDashboard's folder: <c>batch-{n}.json</c>, <c>run_settings.json</c>, <c>skipped_indexes.json</c>, <c>tokens_{prompts}.pt</c>.
/// </summary>
public sealed class SaeDashboardFormat : DashboardFormat
{
    // The file of tokens is made in memory.
    private const long MostTokens = 1 << 25;

    /// <inheritdoc/>
    public override string Name => "saedashboard";

    /// <inheritdoc/>
    public override string Summary => "SAEDashboard: batch-N.json, which Neuronpedia's converter takes too";

    private protected override int[] Bounds(ExportSession session, LatentScalar scalar) =>
        Groups(scalar.Width, session.Options.Dashboard.FeaturesPerBatch);

    private protected override string Unit(ExportSession session, LatentScalar scalar, int index) =>
        $"{scalar.Name}-{scalar.Layer}-{index}";

    private protected override async Task WriteAsync(ExportUnit unit, ProfiledRange range, CancellationToken cancellationToken)
    {
        var features = await new FeatureBuilder(range).BuildAsync(unit.Lose, cancellationToken);
        await unit.WriteAsync(
            $"{Folder(range.Session, range.Scalar)}/batch-{range.Index}.json", content =>
                WriteBatchAsync(content, range, features), cancellationToken);
    }

    private protected override async Task CompleteAsync(
        ExportSession session, IReadOnlyList<LatentScalar> scalars, CancellationToken cancellationToken)
    {
        foreach (var scalar in scalars)
        {
            var name = $"{scalar.Name}-{scalar.Layer}-settings";
            var sequences = await ExportSession.SequencesAsync(scalar.File, cancellationToken);
            var folder = Folder(session, scalar);
            if (session.IsDone(name))
            {
                continue;
            }

            var unit = session.Begin(name);
            await unit.WriteAsync(
                $"{folder}/run_settings.json", content => WriteSettingsAsync(content, session, scalar, sequences), cancellationToken);
            await unit.WriteAsync(
                $"{folder}/skipped_indexes.json", content => WriteSkippedAsync(content, session, scalar), cancellationToken);
            if (sequences.Shortest == sequences.Longest && sequences.Tokens <= MostTokens)
            {
                var ids = await ReadAsync(session.RequireTokens(scalar.Tokens), cancellationToken);
                await unit.WriteAsync(
                    $"{folder}/tokens_{sequences.Count}.pt",
                    content => TorchFile.WriteAsync(content, [sequences.Count, sequences.Longest], ids),
                    cancellationToken);
            }
            else
            {
                unit.Lose($"tokens_{sequences.Count}.pt is not written: it holds sequences of one length, and {MostTokens} tokens at most");
            }

            await unit.CompleteAsync(cancellationToken);
        }
    }

    private static string Folder(ExportSession session, LatentScalar scalar)
    {
        var options = session.Options.Dashboard;
        var suffix = options.Suffix.Length > 0 ? $"_{options.Suffix}" : "";
        return $"{session.Options.Model}_{SourceSet(session, scalar)}_{Hook(session, scalar)}_{scalar.Width}{suffix}";
    }

    internal static string Hook(ExportSession session, LatentScalar scalar) =>
        (session.Options.HookPoint.Length > 0 ? session.Options.HookPoint : "blocks.{layer}.{scalar}")
        .Replace("{layer}", $"{scalar.Layer}", StringComparison.Ordinal)
        .Replace("{scalar}", scalar.Name, StringComparison.Ordinal);

    private static async Task<long[]> ReadAsync(ITokenIds tokens, CancellationToken cancellationToken)
    {
        var ids = new int[tokens.Count];
        await tokens.ReadAsync(0, ids, cancellationToken);
        return Array.ConvertAll(ids, id => (long)id);
    }

    private static async Task WriteBatchAsync(Stream content, ProfiledRange range, IReadOnlyList<Feature> features)
    {
        var options = range.Session.Options.Dashboard;
        await using var json = new Utf8JsonWriter(content, ExportJson.Options);
        json.WriteStartObject();
        json.WriteString("model_id", range.Session.Options.Model);
        json.WriteNumber("layer", range.Scalar.Layer);
        json.WriteString("sae_set", SourceSet(range.Session, range.Scalar));
        json.WriteString("sae_id_suffix", options.Suffix.Length > 0 ? options.Suffix : null);
        json.WriteStartArray("features");
        foreach (var feature in features)
        {
            FeatureJson.Write(json, feature, range);
            await json.FlushAsync();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static async Task WriteSettingsAsync(Stream content, ExportSession session, LatentScalar scalar, SequenceMap sequences)
    {
        var options = session.Options.Dashboard;
        await using var json = new Utf8JsonWriter(content, new JsonWriterOptions { Indented = true, IndentSize = 4, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("sae_set", SourceSet(session, scalar));
        json.WriteString("sae_path", scalar.Autoencoder);
        json.WriteString("np_sae_id_suffix", options.Suffix.Length > 0 ? options.Suffix : null);
        json.WriteString("np_set_name", SourceSet(session, scalar));
        json.WriteString("huggingface_dataset_path", session.Run.Dataset);
        json.WriteNumber("n_prompts_total", sequences.Count);
        json.WriteNumber("n_tokens_in_prompt", sequences.Longest);
        json.WriteNumber("n_features_at_a_time", options.FeaturesPerBatch);
        json.WriteNumber("n_quantiles", options.Bands);
        json.WriteNumber("top_acts_group_size", session.Options.TopExamples);
        json.WriteNumber("quantile_group_size", options.BandExamples);
        json.WriteBoolean("use_dfa", false);
        json.WriteString("model_id", session.Options.Model);
        json.WriteNumber("layer", scalar.Layer);
        json.WriteEndObject();
    }

    private static async Task WriteSkippedAsync(Stream content, ExportSession session, LatentScalar scalar)
    {
        await using var json = new Utf8JsonWriter(content);
        json.WriteStartObject();
        json.WriteString("model_id", session.Options.Model);
        json.WriteString("layer", $"{scalar.Layer}");
        json.WriteString("sae_set", SourceSet(session, scalar));
        json.WriteStartArray("skipped_indexes");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

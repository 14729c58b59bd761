using System.IO.Compression;
using System.Text.Json;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Formats.Dashboards;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Checking;

/// <summary>
/// Compares SAEDashboard's batches and Neuronpedia's folder and upload. Numbers are rounded to three decimals by the tool, from float32 of
/// another order of summation: a last decimal may differ. Examples that are drawn at random must lie in their bands.
/// </summary>
internal sealed class DashboardChecks(string directory, GoldenWorkspace workspace)
{
    private const double LastDecimal = 0.0010001;
    private const string Folder = "neuronpedia";

    private static readonly string[] Correlated = ["correlated_features_indices", "correlated_neurons_indices"];

    public async Task<IReadOnlyList<GoldenCount>> CheckAsync(CancellationToken cancellationToken)
    {
        var root = Path.Combine(directory, Folder);
        using var settings = await JsonAsync(Path.Combine(root, "output", "run_settings.json"), cancellationToken);
        var batches = new List<JsonDocument>();
        for (var batch = 0; File.Exists(Path.Combine(root, "output", $"batch-{batch}.json")); batch++)
        {
            batches.Add(await JsonAsync(Path.Combine(root, "output", $"batch-{batch}.json"), cancellationToken));
        }

        var layer = settings.RootElement.GetProperty("layer").GetInt32();
        var (run, hook) = await RunAsync(root, layer, cancellationToken);
        using var vocabulary = await JsonAsync(Path.Combine(root, "vocab.json"), cancellationToken);
        var options = Options(settings.RootElement, vocabulary.RootElement, hook);
        var saeDashboard = await CompareBatchesAsync(batches, run, options, cancellationToken);
        var neuronpedia = await CompareNeuronpediaAsync(root, run, options, cancellationToken);
        batches.ForEach(batch => batch.Dispose());
        return [saeDashboard, neuronpedia];
    }

    private async Task<GoldenCount> CompareBatchesAsync(
        List<JsonDocument> batches, ExportRun run, ExportOptions options, CancellationToken cancellationToken)
    {
        var comparison = new Comparison($"{Folder}/output");
        var export = await workspace.ExportAsync(new SaeDashboardFormat(), run, options, cancellationToken);
        var folder = Directory.EnumerateDirectories(export).Single(path => !path.EndsWith("_export", StringComparison.Ordinal));
        var name = Path.Combine(directory, Folder, "output-folder-name.txt");
        comparison.Equal("folder", (await File.ReadAllTextAsync(name, cancellationToken)).Trim(), Path.GetFileName(folder));
        for (var batch = 0; batch < batches.Count; batch++)
        {
            using var made = await JsonAsync(Path.Combine(folder, $"batch-{batch}.json"), cancellationToken);
            var (expected, actual) = (batches[batch].RootElement, made.RootElement);
            comparison.Json($"batch-{batch}", expected, actual, LastDecimal, [.. Correlated, "activations"]);
            foreach (var (left, right) in Pairs(expected.GetProperty("features"), actual.GetProperty("features")))
            {
                var where = $"batch-{batch} {left.GetProperty("feature_index")}";
                CompareCorrelated(comparison, where, left, right);
                CompareExamples(comparison, where, left.GetProperty("activations"), right.GetProperty("activations"));
            }
        }

        using var skipped = await JsonAsync(Path.Combine(folder, "skipped_indexes.json"), cancellationToken);
        using var expectedSkipped = await JsonAsync(Path.Combine(directory, Folder, "output", "skipped_indexes.json"), cancellationToken);
        comparison.Equal(
            "skipped",
            expectedSkipped.RootElement.GetProperty("skipped_indexes").GetRawText(),
            skipped.RootElement.GetProperty("skipped_indexes").GetRawText());
        CompareTokens(comparison, folder);
        return comparison.Count;
    }

    private void CompareTokens(Comparison comparison, string folder)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(directory, Folder, "output"), "*.pt"))
        {
            comparison.Equal<byte>(Path.GetFileName(path), Data(path), Data(Path.Combine(folder, Path.GetFileName(path))));
        }

        static byte[] Data(string path)
        {
            using var zip = ZipFile.OpenRead(path);
            using var stream = zip.Entries.Single(entry => entry.FullName.EndsWith("/data/0", StringComparison.Ordinal)).Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }

    private async Task<GoldenCount> CompareNeuronpediaAsync(
        string root, ExportRun run, ExportOptions options, CancellationToken cancellationToken)
    {
        var comparison = new Comparison($"{Folder}/export");
        var expected = Directory.EnumerateDirectories(Path.Combine(root, "export", options.Model)).Single();
        var row = Lines(Path.Combine(expected, "features", "batch-0.jsonl.gz"))[0];
        options = options with
        {
            Dashboard = options.Dashboard with
            {
                CreatorId = row.GetProperty("creatorId").GetString()!,
                CreatedAt = row.GetProperty("createdAt").GetString()!,
            },
        };
        var export = await workspace.ExportAsync(new NeuronpediaFormat(), run, options, cancellationToken);
        var actual = Path.Combine(export, "exports", options.Model, Path.GetFileName(expected));
        foreach (var kind in (string[])["release", "model", "sourceset", "source"])
        {
            comparison.Equal(
                $"{kind} keys",
                Keys(Lines(Path.Combine(expected, $"{kind}.jsonl"))[0]),
                Keys(Lines(Path.Combine(actual, $"{kind}.jsonl"))[0]));
        }

        var files = Directory.EnumerateFiles(Path.Combine(expected, "features")).Select(Path.GetFileName);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            CompareFeatures(
                comparison, file!, Lines(Path.Combine(expected, "features", file!)), Lines(Path.Combine(actual, "features", file!)));
            CompareActivations(
                comparison, file!, Lines(Path.Combine(expected, "activations", file!)), Lines(Path.Combine(actual, "activations", file!)));
        }

        using var upload = await JsonAsync(Path.Combine(root, "upload-batch.json"), cancellationToken);
        CompareUpload(comparison, upload.RootElement, Path.Combine(export, "uploads", Path.GetFileName(expected)));
        return comparison.Count;
    }

    private static void CompareFeatures(Comparison comparison, string where, List<JsonElement> expected, List<JsonElement> actual)
    {
        comparison.Equal($"{where} rows", expected.Count, actual.Count);
        foreach (var (left, right) in expected.Zip(actual))
        {
            comparison.Json($"{where} {left.GetProperty("index")}", left, right, LastDecimal, [.. Correlated]);
        }
    }

    private static void CompareActivations(Comparison comparison, string where, List<JsonElement> expected, List<JsonElement> actual)
    {
        comparison.Equal($"{where} activations", expected.Count, actual.Count);
        foreach (var (left, right) in expected.Zip(actual))
        {
            comparison.Equal($"{where} keys", Keys(left), Keys(right));
            // The strongest come in the same order; those of bands are drawn.
            var drawn = left.GetProperty("binMin").GetDouble() >= 0 || IsSilent(left, "qualifyingTokenIndex");
            string[] ignored = drawn ? ["tokens", "values", "maxValue", "minValue", "maxValueTokenIndex", "qualifyingTokenIndex"] : [];
            comparison.Json($"{where} {left.GetProperty("id")}", left, right, LastDecimal, ["id", .. ignored]);
        }
    }

    private static void CompareUpload(Comparison comparison, JsonElement expected, string folder)
    {
        var made = Directory.EnumerateFiles(folder).Select(path => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement)
            .SelectMany(batch => batch.GetProperty("features").EnumerateArray()).ToDictionary(
                feature => feature.GetProperty("index").GetInt32());
        foreach (var feature in expected.GetProperty("features").EnumerateArray())
        {
            var index = feature.GetProperty("index").GetInt32();
            comparison.Json($"upload {index}", feature, made[index], LastDecimal, "activations");
            var (left, right) = (feature.GetProperty("activations"), made[index].GetProperty("activations"));
            comparison.Equal($"upload {index} activations", left.GetArrayLength(), right.GetArrayLength());
            foreach (var (one, other) in left.EnumerateArray().Zip(right.EnumerateArray()))
            {
                comparison.Json($"upload {index}", one, other, LastDecimal, "tokens", "values");
            }
        }
    }

    /// <summary>Which features or components come third where several are equal is the tool's sorting.</summary>
    private static void CompareCorrelated(Comparison comparison, string where, JsonElement expected, JsonElement actual)
    {
        foreach (var (name, values) in (ReadOnlySpan<(string, string)>)
            [(Correlated[0], "correlated_features_pearson"), (Correlated[1], "correlated_neurons_pearson")])
        {
            foreach (var (index, (left, right)) in Pairs(expected.GetProperty(name), actual.GetProperty(name)).Index())
            {
                if (expected.GetProperty(values)[index].GetDouble() != 0)
                {
                    comparison.Equal($"{where}.{name}[{index}]", left.GetInt32(), right.GetInt32());
                }
            }
        }
    }

    private static void CompareExamples(Comparison comparison, string where, JsonElement expected, JsonElement actual)
    {
        comparison.Equal($"{where} activations", expected.GetArrayLength(), actual.GetArrayLength());
        foreach (var (left, right) in expected.EnumerateArray().Zip(actual.EnumerateArray()))
        {
            var (low, high) = (left.GetProperty("bin_min").GetDouble(), left.GetProperty("bin_max").GetDouble());
            var drawn = low >= 0 || IsSilent(left, "qualifying_token_index");
            comparison.Json(
                where, left, right, LastDecimal, drawn ? ["tokens", "values", "qualifying_token_index"] : []);
            if (low >= 0)
            {
                RequireInBand(comparison, where, left, low, high);
                RequireInBand(comparison, where, right, low, high);
            }
        }
    }

    /// <summary>
    /// Whether the token that an example is about has no value: which of the silent tokens make up for missing ones is the tool's sorting.
    /// </summary>
    private static bool IsSilent(JsonElement example, string field)
    {
        var values = example.GetProperty("values");
        return example.GetProperty(field).GetInt32() is >= 0 and var index ? values[index].GetDouble() == 0 : Max(values) == 0;
    }

    private static IEnumerable<(JsonElement First, JsonElement Second)> Pairs(JsonElement expected, JsonElement actual) =>
        expected.EnumerateArray().Zip(actual.EnumerateArray());

    private static double Max(JsonElement values) => values.EnumerateArray().Max(value => value.GetDouble());

    private static void RequireInBand(Comparison comparison, string where, JsonElement example, double low, double high)
    {
        var index = example.GetProperty("qualifying_token_index").GetInt32();
        if (index >= 0)
        {
            var value = example.GetProperty("values")[index].GetDouble();
            comparison.True($"{where} band", value >= low - LastDecimal && value <= high + LastDecimal, $"{value} from {low} to {high}");
        }
    }

    private async Task<(ExportRun Run, string Hook)> RunAsync(string root, int layer, CancellationToken cancellationToken)
    {
        var input = await GoldenInput.ReadAsync(Path.Combine(root, "inputs.safetensors"), "latents_folded", cancellationToken);
        using var inputSource = new FileByteSource(Path.Combine(root, "inputs.safetensors"));
        var inputs = await SafetensorsFile.OpenAsync(inputSource, cancellationToken);
        using var weightSource = new FileByteSource(Path.Combine(root, "sae", "sae_weights.safetensors"));
        var weights = await SafetensorsFile.OpenAsync(weightSource, cancellationToken);
        var width = (int)weights.GetTensor("W_dec").Shape[1];
        var decoder = await weights.ReadFloatsAsync("W_dec", cancellationToken);
        var unembedding = await inputs.ReadFloatsAsync("W_U", cancellationToken);
        var activations = await inputs.ReadFloatsAsync("acts", cancellationToken);
        using var config = await JsonAsync(Path.Combine(root, "sae", "cfg.json"), cancellationToken);
        using var vocabulary = await JsonAsync(Path.Combine(root, "vocab.json"), cancellationToken);
        string[] texts = [.. vocabulary.RootElement.GetProperty("shown").EnumerateArray().Select(text => text.GetString()!)];
        var hook = config.RootElement.GetProperty("metadata").GetProperty("hook_name").GetString()!;
        using var settings = await JsonAsync(Path.Combine(root, "output", "run_settings.json"), cancellationToken);
        var run = await workspace.RunAsync(input, layer, cancellationToken) with
        {
            Dataset = settings.RootElement.GetProperty("huggingface_dataset_path").GetString()!,
            TokenText = id => texts[id],
            Vocabulary = texts.Length,
            Directions = (_, _) => new MemoryDirections(decoder, width, unembedding),
            Activations = (_, _) => new MemoryActivationRows(activations, width),
        };
        return (run, hook);
    }

    private static ExportOptions Options(JsonElement settings, JsonElement vocabulary, string hook) => new()
    {
        Model = settings.GetProperty("model_id").GetString()!,
        HookPoint = hook,
        TopExamples = settings.GetProperty("top_acts_group_size").GetInt32(),
        Dashboard = new DashboardOptions
        {
            SourceSet = settings.GetProperty("np_set_name").GetString()!,
            Suffix = settings.GetProperty("np_sae_id_suffix").GetString() ?? "",
            FeaturesPerBatch = settings.GetProperty("n_features_at_a_time").GetInt32(),
            Bands = settings.GetProperty("n_quantiles").GetInt32(),
            BandExamples = settings.GetProperty("quantile_group_size").GetInt32(),
            IgnoredTokens = [.. vocabulary.GetProperty("ignored_ids").EnumerateArray().Select(id => id.GetInt32())],
            SkipFirstToken = true,
            Pad = true,
        },
    };

    private static string Keys(JsonElement json) =>
        string.Join(',', json.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));

    private static async Task<JsonDocument> JsonAsync(string path, CancellationToken cancellationToken) =>
        JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken));

    private static List<JsonElement> Lines(string path)
    {
        using var file = File.OpenRead(path);
        using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(plain);
        var lines = new List<JsonElement>();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            using var json = JsonDocument.Parse(line);
            lines.Add(json.RootElement.Clone());
        }

        return lines;
    }
}

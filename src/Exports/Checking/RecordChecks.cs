using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using AeServerless.Exports.Formats.Records;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Checking;

/// <summary>
/// Compares transformer-debugger's records and circuit-tracer's features. What is drawn at random need not be the same: it must be
/// sequences of the input with their values.
/// </summary>
internal sealed class RecordChecks(string directory, GoldenWorkspace workspace, GoldenInput input)
{
    private const double Relative = 1e-9;
    private const double RelativeOfFloat = 1e-6;

    private readonly Dictionary<int, string> _texts = [];

    public async Task<GoldenCount> NeuronRecordsAsync(CancellationToken cancellationToken)
    {
        const string folder = "transformer-debugger";
        var comparison = new Comparison(folder);
        foreach (var layerFolder in Directory.EnumerateDirectories(Path.Combine(directory, folder, "collated-activations")))
        {
            var layer = int.Parse(Path.GetFileName(layerFolder), CultureInfo.InvariantCulture);
            var records = await ReadAsync(layerFolder, cancellationToken);
            records.ForEach(record => LearnTexts(record.Json, record.Json.GetProperty("neuron_id").GetProperty("neuron_index").GetInt32()));
            var run = await RunAsync(layer, cancellationToken);
            var options = new ExportOptions
            {
                TopExamples = records.Max(record => record.Json.GetProperty("most_positive_activation_records").GetArrayLength()),
                ContextTokens = input.Context,
                Records = new RecordOptions
                {
                    Quantiles = true,
                    Pad = true,
                    RandomExamples = records.Max(record => record.Json.GetProperty("random_sample").GetArrayLength()),
                },
            };
            var export = await workspace.ExportAsync(new NeuronRecordFormat(), run, options, cancellationToken);
            foreach (var (name, expected) in records)
            {
                var made = Path.Combine(export, GoldenInput.Scalar, "collated-activations", $"{layer}", name);
                using var actual = JsonDocument.Parse(await File.ReadAllBytesAsync(made, cancellationToken));
                Compare(comparison, name, expected, actual.RootElement);
            }
        }

        return comparison.Count;
    }

    public async Task<GoldenCount> CircuitTracerAsync(CancellationToken cancellationToken)
    {
        var comparison = new Comparison("circuit-tracer");
        var plain = await ReadAsync(Path.Combine(directory, "circuit-tracer", "plain"), cancellationToken);
        plain.ForEach(record => LearnTexts(record.Json, record.Json.GetProperty("index").GetInt32()));
        var layer = Layer(plain[0].Name, plain[0].Json.GetProperty("index").GetInt32());
        var run = await RunAsync(layer, cancellationToken);
        var quantiles = plain[0].Json.GetProperty("examples_quantiles");
        var options = new ExportOptions
        {
            TopExamples = quantiles[0].GetProperty("examples").GetArrayLength(),
            ContextTokens = input.Context,
            Records = new RecordOptions
            {
                Pad = true,
                RandomExamples = quantiles[1].GetProperty("examples").GetArrayLength(),
                TranscoderId = plain[0].Json.GetProperty("transcoder_id").GetString()!,
            },
        };
        var export = await workspace.ExportAsync(new CircuitTracerFormat(), run, options, cancellationToken);
        foreach (var (name, expected) in plain)
        {
            using var actual = JsonDocument.Parse(
                await File.ReadAllBytesAsync(Path.Combine(export, GoldenInput.Scalar, name), cancellationToken));
            CompareFeature(comparison, $"plain/{name}", expected, actual.RootElement);
        }

        var packed = options with { Records = options.Records with { Packed = true } };
        export = await workspace.ExportAsync(new CircuitTracerFormat(), run, packed, cancellationToken);
        ComparePacked(
            comparison,
            Path.Combine(directory, "circuit-tracer", "packed", "features"),
            Path.Combine(export, GoldenInput.Scalar, "features"));
        return comparison.Count;
    }

    private void ComparePacked(Comparison comparison, string expected, string actual)
    {
        var (left, right) = (ReadPacked(expected), ReadPacked(actual));
        comparison.Equal("layers", left.Count, right.Count);
        for (var layer = 0; layer < Math.Min(left.Count, right.Count); layer++)
        {
            // The golden file holds the first latents of the layer.
            comparison.True($"layer {layer}", left[layer].Count <= right[layer].Count, "as many latents");
            for (var latent = 0; latent < Math.Min(left[layer].Count, right[layer].Count); latent++)
            {
                CompareFeature(comparison, $"packed {layer}/{latent}", left[layer][latent], right[layer][latent]);
            }
        }
    }

    private void CompareFeature(Comparison comparison, string where, JsonElement expected, JsonElement actual)
    {
        var latent = expected.GetProperty("index").GetInt32();
        comparison.Json(
            where, expected, actual, 0, "examples_quantiles", "top_logits", "bottom_logits", "quantile_values", "activation_frequency");
        comparison.Near(
            $"{where}.activation_frequency", Number(expected, "activation_frequency"), Number(actual, "activation_frequency"), Relative);
        CompareNumbers(
            comparison, $"{where}.quantile_values", expected.GetProperty("quantile_values"), actual.GetProperty("quantile_values"));
        var (left, right) = (expected.GetProperty("examples_quantiles"), actual.GetProperty("examples_quantiles"));
        comparison.Equal($"{where}.examples_quantiles", left.GetArrayLength(), right.GetArrayLength());
        comparison.Json($"{where}.top", left[0], right[0], 0);
        CheckDrawn(
            comparison, $"{where}.drawn", latent, left[1].GetProperty("examples"), right[1].GetProperty("examples"), "tokens_acts_list");
    }

    private void Compare(Comparison comparison, string where, JsonElement expected, JsonElement actual)
    {
        var latent = expected.GetProperty("neuron_id").GetProperty("neuron_index").GetInt32();
        string[] moments = ["mean", "variance", "skewness", "kurtosis"];
        comparison.Json(
            where, expected, actual, 0, [.. moments, "random_sample", "random_sample_by_quantile", "quantile_boundaries"]);
        foreach (var moment in moments)
        {
            var (left, right) = (expected.GetProperty(moment), actual.GetProperty(moment));
            comparison.Equal($"{where}.{moment}", left.ValueKind, right.ValueKind);
            if (left.ValueKind == JsonValueKind.Number)
            {
                comparison.Near(
                    $"{where}.{moment}", left.GetDouble(), right.GetDouble(), Relative * Math.Max(1, Math.Abs(left.GetDouble())));
            }
        }

        CheckDrawn(
            comparison,
            $"{where}.random_sample",
            latent,
            expected.GetProperty("random_sample"),
            actual.GetProperty("random_sample"),
            "activations");
        if (expected.GetProperty("quantile_boundaries").ValueKind == JsonValueKind.Array)
        {
            CompareNumbers(
                comparison, $"{where}.boundaries", expected.GetProperty("quantile_boundaries"), actual.GetProperty("quantile_boundaries"));
            comparison.Equal(
                $"{where}.bands",
                expected.GetProperty("random_sample_by_quantile").GetArrayLength(),
                actual.GetProperty("random_sample_by_quantile").GetArrayLength());
        }
    }

    private static void CompareNumbers(Comparison comparison, string where, JsonElement expected, JsonElement actual)
    {
        comparison.Equal($"{where}.length", expected.GetArrayLength(), actual.GetArrayLength());
        foreach (var (index, (left, right)) in expected.EnumerateArray().Zip(actual.EnumerateArray()).Index())
        {
            comparison.Near(
                $"{where}[{index}]", left.GetDouble(), right.GetDouble(), RelativeOfFloat * Math.Max(1e-6, Math.Abs(left.GetDouble())));
        }
    }

    private void CheckDrawn(Comparison comparison, string where, int latent, JsonElement expected, JsonElement actual, string values)
    {
        comparison.Equal($"{where}.length", expected.GetArrayLength(), actual.GetArrayLength());
        foreach (var (index, record) in expected.EnumerateArray().Concat(actual.EnumerateArray()).Index())
        {
            comparison.True($"{where}[{index}]", Sequence(record, latent, values) >= 0, "a sequence of the input with its values");
        }
    }

    private int Sequence(JsonElement record, int latent, string values)
    {
        var shown = record.GetProperty(values).EnumerateArray().Select(value => (float)value.GetDouble()).ToArray();
        var tokens = record.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()).ToArray();
        return Array.FindIndex([.. Enumerable.Range(0, input.Sequences)], sequence =>
            input.Values(sequence, latent).AsSpan().SequenceEqual(shown)
            && Ids(sequence).Select(id => _texts.GetValueOrDefault(id, $"<{id}>")).SequenceEqual(tokens));
    }

    /// <summary>
    /// The texts of tokens are not in the inputs: they are learnt from records whose values are those of one sequence alone.
    /// </summary>
    private void LearnTexts(JsonElement json, int latent)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("tokens", out var tokens))
        {
            var values = json.TryGetProperty("activations", out var activations) ? activations : json.GetProperty("tokens_acts_list");
            var shown = values.EnumerateArray().Select(value => (float)value.GetDouble()).ToArray();
            int[] alike = [.. Enumerable.Range(0, input.Sequences).Where(s => input.Values(s, latent).AsSpan().SequenceEqual(shown))];
            foreach (var (id, text) in alike.Length == 1 ? Ids(alike[0]).Zip(tokens.EnumerateArray()) : [])
            {
                _texts.TryAdd(id, text.GetString()!);
            }
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            json.EnumerateObject().ToList().ForEach(field => LearnTexts(field.Value, latent));
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            json.EnumerateArray().ToList().ForEach(item => LearnTexts(item, latent));
        }
    }

    private int[] Ids(int sequence) => input.Tokens[(sequence * input.Context)..((sequence + 1) * input.Context)];

    private async Task<ExportRun> RunAsync(int layer, CancellationToken cancellationToken) =>
        await workspace.RunAsync(input, layer, cancellationToken) with { TokenText = id => _texts.GetValueOrDefault(id, $"<{id}>") };

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();

    private static int Layer(string name, int latent)
    {
        var number = long.Parse(Path.GetFileNameWithoutExtension(name), CultureInfo.InvariantCulture);
        var layer = 0;
        while (CircuitTracerFormat.Number(layer, latent) < number)
        {
            layer++;
        }

        return layer;
    }

    private static async Task<List<(string Name, JsonElement Json)>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var records = new List<(string, JsonElement)>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken));
            records.Add((Path.GetFileName(path), json.RootElement.Clone()));
        }

        return records;
    }

    private static List<List<JsonElement>> ReadPacked(string folder)
    {
        using var gzip = new GZipStream(File.OpenRead(Path.Combine(folder, "index.json.gz")), CompressionMode.Decompress);
        using var index = JsonDocument.Parse(gzip);
        var layers = new List<List<JsonElement>>();
        foreach (var layer in index.RootElement.EnumerateArray())
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, layer.GetProperty("filename").GetString()!));
            var features = new List<JsonElement>();
            foreach (var offset in layer.GetProperty("offsets").EnumerateArray().SkipLast(1).Select(offset => offset.GetInt32()))
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset));
                using var packed = new MemoryStream(bytes, offset + sizeof(int), length);
                // zlib begins with 0x78, gzip with 0x1F.
                using Stream plain = bytes[offset + sizeof(int)] == 0x1F
                    ? new GZipStream(packed, CompressionMode.Decompress)
                    : new ZLibStream(packed, CompressionMode.Decompress);
                using var feature = JsonDocument.Parse(plain);
                features.Add(feature.RootElement.Clone());
            }

            layers.Add(features);
        }

        return layers;
    }
}

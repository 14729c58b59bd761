using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using AeServerless.Exports.Formats.Profiled;
using AeServerless.Exports.Latents;
using AeServerless.Exports.Profiles;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Records;

/// <summary>
/// circuit-tracer's features: <c>{scalar}/{n}.json</c>, where n pairs layer and latent, or packed,
/// <c>{scalar}/features/layer_{layer}.bin</c> and <c>index.json.gz</c>.
/// </summary>
public sealed class CircuitTracerFormat : ProfiledFormat
{
    private const int LatentsOfUnit = 1024;
    private const int Logits = 10;
    private const int QuantileValues = 100;

    /// <inheritdoc/>
    public override string Name => "circuit-tracer";

    /// <inheritdoc/>
    public override string Summary => "circuit-tracer: features for attribution graphs, plain or packed";

    /// <summary>The number that the page asks for: Cantor's pair of layer and latent.</summary>
    public static long Number(int layer, int latent) => (((long)layer + latent) * ((long)layer + latent + 1) / 2) + latent;

    private protected override void Check(ExportSession session)
    {
        session.Lose("of each latent, quantiles and histogram of the values above 0 and examples are kept");
        if (session.Run.Directions is null)
        {
            session.Lose("the autoencoder's directions were not handed in: top_logits and bottom_logits are empty");
        }
    }

    private protected override int[] Bounds(ExportSession session, LatentScalar scalar) => session.Options.Records.Packed
        ? [0, scalar.Width]
        : LatentRanges.Divide(new long[scalar.Width], long.MaxValue, LatentsOfUnit);

    private protected override string Unit(ExportSession session, LatentScalar scalar, int index) =>
        $"{scalar.Name}-{scalar.Layer}-{index}";

    private protected override async Task WriteAsync(ExportUnit unit, ProfiledRange range, CancellationToken cancellationToken)
    {
        if (range.Session.Options.Records.Packed)
        {
            await WritePackedAsync(unit, range, cancellationToken);
            return;
        }

        foreach (var (profile, logits) in Features(range))
        {
            var name = string.Create(
                CultureInfo.InvariantCulture, $"{range.Scalar.Name}/{Number(range.Scalar.Layer, profile.Latent)}.json");
            await unit.WriteAsync(name, content => WriteAsync(content, range, profile, logits), cancellationToken);
        }
    }

    private protected override async Task CompleteAsync(
        ExportSession session, IReadOnlyList<LatentScalar> scalars, CancellationToken cancellationToken)
    {
        foreach (var layers in session.Options.Records.Packed ? scalars.GroupBy(scalar => scalar.Name) : [])
        {
            var unitName = $"{layers.Key}-index";
            if (session.IsDone(unitName))
            {
                continue;
            }

            // The list is by layer: those that the run has not are empty.
            var unit = session.Begin(unitName);
            var folder = $"{layers.Key}/features";
            var index = new List<(string File, IReadOnlyList<long> Offsets)>();
            for (var layer = 0; layer <= layers.Max(scalar => scalar.Layer); layer++)
            {
                var there = layers.Any(scalar => scalar.Layer == layer);
                if (!there)
                {
                    await unit.WriteAsync($"{folder}/layer_{layer}.bin", _ => Task.CompletedTask, cancellationToken);
                }

                index.Add(
                    ($"layer_{layer}.bin", there ? await session.ReadOffsetsAsync($"{folder}/layer_{layer}.bin", cancellationToken) : [0]));
            }

            await unit.WriteAsync($"{folder}/index.json.gz", content => WriteIndexAsync(content, index), cancellationToken);
            await unit.CompleteAsync(cancellationToken);
        }
    }

    private static async Task WriteIndexAsync(Stream content, List<(string File, IReadOnlyList<long> Offsets)> index)
    {
        await using var gzip = new GZipStream(content, CompressionLevel.Optimal, leaveOpen: true);
        await using var json = new Utf8JsonWriter(gzip);
        json.WriteStartArray();
        foreach (var (file, offsets) in index)
        {
            json.WriteStartObject();
            json.WriteString("filename", file);
            json.WriteStartArray("offsets");
            foreach (var offset in offsets)
            {
                json.WriteNumberValue(offset);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static IEnumerable<(LatentProfile Profile, float[]? Logits)> Features(ProfiledRange range)
    {
        const int latentsAtOnce = 128;
        var lens = range.Directions is { } directions ? new LogitLens(directions) : null;
        foreach (var block in range.Profiles.Read(range.Index).Chunk(latentsAtOnce))
        {
            var logits = lens?.Of(block[0].Latent, block.Length) ?? [];
            for (var i = 0; i < block.Length; i++)
            {
                yield return (block[i], logits.Length > 0 ? logits[i] : null);
            }
        }
    }

    private static async Task WritePackedAsync(ExportUnit unit, ProfiledRange range, CancellationToken cancellationToken)
    {
        await unit.WriteAsync(
            $"{range.Scalar.Name}/features/layer_{range.Scalar.Layer}.bin",
            async content =>
            {
                var length = new byte[sizeof(uint)];
                foreach (var (profile, logits) in Features(range))
                {
                    using var packed = new MemoryStream();
                    await using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                    {
                        await WriteAsync(zlib, range, profile, logits);
                    }

                    BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)packed.Length);
                    await content.WriteAsync(length, cancellationToken);
                    await content.WriteAsync(packed.GetBuffer().AsMemory(0, (int)packed.Length), cancellationToken);
                }
            },
            cancellationToken);
    }

    private static async Task WriteAsync(Stream content, ProfiledRange range, LatentProfile profile, float[]? logits)
    {
        var options = range.Session.Options;
        await using var json = new Utf8JsonWriter(content, ExportJson.Options);
        var positive = profile.Values.ToArray().Where(value => value > 0).Order().ToArray();
        var (lowest, highest) = Extremes(profile);
        json.WriteStartObject();
        json.WriteString(
            "transcoder_id", options.Records.TranscoderId.Length > 0 ? options.Records.TranscoderId : range.Scalar.Autoencoder);
        json.WriteNumber("index", profile.Latent);
        json.WriteStartArray("examples_quantiles");
        WriteExamples(json, "Top activations", range, profile, profile.Strongest(options.TopExamples, options.Records.Pad));
        IEnumerable<SequencePeak> drawn = options.Records.Pad
            ? Draw.Numbers(range.Sequences.Count, options.Records.RandomExamples, profile.Latent).Select(
                sequence => profile.PeakOf((int)sequence))
            : Draw.Some(profile.Peaks, options.Records.RandomExamples, profile.Latent, peak => peak.Sequence);
        WriteExamples(json, "Subsample interval 0", range, profile, drawn);
        json.WriteEndArray();
        json.WriteTexts("top_logits", range.Session, LogitLens.Greatest(logits, Logits));
        json.WriteTexts("bottom_logits", range.Session, LogitLens.Greatest(logits, Logits, sign: -1));
        json.WriteNumber("act_min", (double)lowest);
        json.WriteNumber("act_max", (double)highest);
        json.WriteFloats(
            "quantile_values",
            Enumerable.Range(1, positive.Length > 0 ? QuantileValues : 0).Select(
                percent => (float)Quantiles.Of(positive, 0, percent / (double)QuantileValues)));
        json.WriteNumbers("histogram", Histogram.Of(positive).Heights);
        json.WriteNumber("activation_frequency", range.Sequences.Tokens > 0 ? (double)positive.Length / range.Sequences.Tokens : 0);
        json.WriteEndObject();
    }

    private static (float Lowest, float Highest) Extremes(LatentProfile profile)
    {
        var (lowest, highest) = profile.Zeros > 0 || profile.Values.IsEmpty ? (0f, 0f) : (profile.Values[0], profile.Values[0]);
        foreach (var value in profile.Values)
        {
            (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
        }

        return (lowest, highest);
    }

    private static void WriteExamples(
        Utf8JsonWriter json, string name, ProfiledRange range, LatentProfile profile, IEnumerable<SequencePeak> peaks)
    {
        json.WriteStartObject();
        json.WriteString("quantile_name", name);
        json.WriteStartArray("examples");
        foreach (var context in peaks.Select(peak => range.Contexts.Read(profile, peak.Row)))
        {
            json.WriteStartObject();
            json.WriteFloats("tokens_acts_list", context.Values);
            json.WriteNumber("train_token_ind", context.Peak);
            json.WriteBoolean("is_repeated_datapoint", false);
            json.WriteTexts("tokens", range.Session, context.Ids);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

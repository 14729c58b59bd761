using System.Globalization;
using System.Text.Json;
using AeServerless.Exports.Formats.Profiled;
using AeServerless.Exports.Latents;
using AeServerless.Exports.Profiles;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Records;

/// <summary>transformer-debugger's <c>NeuronRecord</c>s: <c>{scalar}/collated-activations/{layer}/{latent}.json</c>.</summary>
public sealed class NeuronRecordFormat : ProfiledFormat
{
    private const int LatentsOfUnit = 1024;
    private const int Bands = 4;

    /// <inheritdoc/>
    public override string Name => "neuron-record";

    /// <inheritdoc/>
    public override string Summary => "transformer-debugger: a neuron record for each latent";

    private protected override void Check(ExportSession session) => session.Lose(
        "of each latent, moments and examples are kept; moments are of the population over all tokens, and kurtosis is not the excess");

    private protected override int[] Bounds(ExportSession session, LatentScalar scalar) =>
        LatentRanges.Divide(new long[scalar.Width], long.MaxValue, LatentsOfUnit);

    private protected override string Unit(ExportSession session, LatentScalar scalar, int index) =>
        $"{scalar.Name}-{scalar.Layer}-{index}";

    private protected override async Task WriteAsync(ExportUnit unit, ProfiledRange range, CancellationToken cancellationToken)
    {
        foreach (var profile in range.Profiles.Read(range.Index))
        {
            var name = string.Create(
                CultureInfo.InvariantCulture, $"{range.Scalar.Name}/collated-activations/{range.Scalar.Layer}/{profile.Latent}.json");
            await unit.WriteAsync(name, content => WriteAsync(content, range, profile), cancellationToken);
        }
    }

    private static async Task WriteAsync(Stream content, ProfiledRange range, LatentProfile profile)
    {
        var options = range.Session.Options;
        await using var json = new Utf8JsonWriter(content, ExportJson.Options);
        json.WriteStartObject();
        json.WriteString("dataclass_name", "NeuronRecord");
        json.WriteStartObject("neuron_id");
        json.WriteString("dataclass_name", "NeuronId");
        json.WriteNumber("layer_index", range.Scalar.Layer);
        json.WriteNumber("neuron_index", profile.Latent);
        json.WriteEndObject();
        var drawn = Draw.Numbers(range.Sequences.Count, options.Records.RandomExamples, profile.Latent);
        WriteRecords(json, "random_sample", range, profile, drawn.Select(sequence => profile.PeakOf((int)sequence)));
        WriteQuantiles(json, range, profile);
        WriteMoments(json, Moments.Of(profile));
        // The viewer takes the greatest of the records: one at least.
        var strongest = profile.Strongest(options.TopExamples, options.Records.Pad);
        WriteRecords(
            json, "most_positive_activation_records", range, profile, strongest.Count > 0 ? strongest : profile.Strongest(1, pad: true));
        json.WriteEndObject();
    }

    private static void WriteMoments(Utf8JsonWriter json, Moments moments)
    {
        json.WriteNumber("mean", moments.Mean);
        json.WriteNumber("variance", moments.Variance);
        WriteOrNull(json, "skewness", moments.Skewness);
        WriteOrNull(json, "kurtosis", moments.Kurtosis);
    }

    private static void WriteOrNull(Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        if (value is { } number)
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void WriteQuantiles(Utf8JsonWriter json, ProfiledRange range, LatentProfile profile)
    {
        if (!range.Session.Options.Records.Quantiles)
        {
            json.WriteNull("random_sample_by_quantile");
            json.WriteNull("quantile_boundaries");
            return;
        }

        var sorted = profile.Values.ToArray();
        Array.Sort(sorted);
        var boundaries = Enumerable.Range(0, Bands + 1).Select(band => Quantiles.Of(sorted, profile.Zeros, (double)band / Bands)).ToArray();
        json.WriteStartArray("random_sample_by_quantile");
        for (var band = 0; band < Bands; band++)
        {
            var (low, high) = (boundaries[band], boundaries[band + 1]);
            var within = profile.Peaks.Where(peak => peak.Value >= low && peak.Value <= high);
            var drawn = Draw.Some(
                within, range.Session.Options.Records.RandomExamples, (long)profile.Latent * Bands + band, peak => peak.Sequence);
            json.WriteStartArray();
            WriteRecords(json, range, profile, drawn);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNumbers("quantile_boundaries", boundaries);
    }

    private static void WriteRecords(
        Utf8JsonWriter json, string name, ProfiledRange range, LatentProfile profile, IEnumerable<SequencePeak> peaks)
    {
        json.WriteStartArray(name);
        WriteRecords(json, range, profile, peaks);
        json.WriteEndArray();
    }

    private static void WriteRecords(Utf8JsonWriter json, ProfiledRange range, LatentProfile profile, IEnumerable<SequencePeak> peaks)
    {
        foreach (var context in peaks.Select(peak => range.Contexts.Read(profile, peak.Row)))
        {
            json.WriteStartObject();
            json.WriteString("dataclass_name", "ActivationRecord");
            json.WriteTexts("tokens", range.Session, context.Ids);
            json.WriteFloats("activations", context.Values);
            json.WriteEndObject();
        }
    }
}

using System.Globalization;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>The metadata of result files: what the numbers are of, and how they were kept.</summary>
internal static class ResultMetadata
{
    public const string Schema = "ae-serverless/result/1";

    /// <summary>What the key of an exact sum's exponent ends in: it depends on the values.</summary>
    public const string LimbExponentSuffix = "_exponent_of_first_limb";

    private const string TopExamples = "top_examples";
    private const string RandomExamples = "random_examples";
    private const string QuantileBands = "quantile_bands";
    private const string QuantileExamples = "quantile_examples";
    private const string Seed = "seed";
    private const string HistogramBins = "histogram_bins";
    private const string HistogramMinExponent = "histogram_min_exponent";
    private const string HistogramMaxExponent = "histogram_max_exponent";

    public static void Describe(this Dictionary<string, string> metadata, DerivedOutput output)
    {
        metadata["schema"] = Schema;
        metadata["scalar"] = output.Scalar;
        metadata["type"] = output.Type;
        metadata.Put("layer", output.Layer);
        metadata["shape"] = output.Shape.ToString();
        metadata.Put("width", output.Width);
        metadata.Put("vector_width", output.VectorWidth);
        if (output.Autoencoder is { } autoencoder)
        {
            metadata["autoencoder"] = autoencoder.Name;
        }

        if (output.ZeroReason is { } reason)
        {
            metadata["zero_reason"] = reason;
        }
    }

    public static void Describe(this Dictionary<string, string> metadata, StatisticsOptions options)
    {
        metadata.Put(TopExamples, options.TopExamples);
        metadata.Put(RandomExamples, options.RandomExamples);
        metadata.Put(QuantileBands, options.QuantileBands);
        metadata.Put(QuantileExamples, options.QuantileExamples);
        metadata.Put(Seed, options.Seed);
        metadata.Put(HistogramBins, options.HistogramBins);
        metadata.Put(HistogramMinExponent, options.HistogramMinExponent);
        metadata.Put(HistogramMaxExponent, options.HistogramMaxExponent);
    }

    public static StatisticsOptions Options(this SafetensorsFile file) => new()
    {
        TopExamples = (int)file.Number(TopExamples),
        RandomExamples = (int)file.Number(RandomExamples),
        QuantileBands = (int)file.Number(QuantileBands),
        QuantileExamples = (int)file.Number(QuantileExamples),
        Seed = (int)file.Number(Seed),
        HistogramBins = (int)file.Number(HistogramBins),
        HistogramMinExponent = (int)file.Number(HistogramMinExponent),
        HistogramMaxExponent = (int)file.Number(HistogramMaxExponent),
    };

    public static void Put(this Dictionary<string, string> metadata, string key, long value) =>
        metadata[key] = value.ToString(CultureInfo.InvariantCulture);

    public static string Text(this SafetensorsFile file, string key) =>
        file.Metadata.TryGetValue(key, out var text) ? text : throw new InvalidInputException(
            file.Source.Name, $"the metadata lacks {key}");

    public static long Number(this SafetensorsFile file, string key) =>
        long.TryParse(file.Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidInputException(file.Source.Name, $"the metadata's {key} must be a whole number");

    /// <summary>Whether two files are of the same thing: parts of one result.</summary>
    public static void ValidateSame(SafetensorsFile first, SafetensorsFile other)
    {
        foreach (var (key, value) in first.Metadata)
        {
            // How its limbs are trimmed is a part's own.
            if (!key.EndsWith(LimbExponentSuffix, StringComparison.Ordinal) && other.Metadata.GetValueOrDefault(key) != value)
            {
                throw new InvalidInputException(
                    other.Source.Name,
                    $"is of another result than {first.Source.Name}: its {key} is {other.Metadata.GetValueOrDefault(key)}, not {value}");
            }
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace AeServerless.Engine.Results.Summary;

/// <summary>A run's results in short: what <c>summary.json</c> holds.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Recipe">The recipe's name, or <see langword="null"/> where it has none.</param>
/// <param name="Sequences">Sequences that were processed.</param>
/// <param name="Tokens">Tokens that were processed, with those that were left out.</param>
/// <param name="Autoencoders">The autoencoders, by name and layer, each with its strongest latents.</param>
/// <param name="Scalars">The scalars, by name and layer.</param>
public sealed record RunSummary(
    string Dataset,
    string? Recipe,
    long Sequences,
    long Tokens,
    IReadOnlyList<AutoencoderSummary> Autoencoders,
    IReadOnlyList<ScalarSummary> Scalars)
{
    /// <summary>The file's name, relative to the run's.</summary>
    public const string FileName = "summary.json";

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The version of the file's layout.</summary>
    [JsonPropertyOrder(-1)]
    public string Schema { get; init; } = "ae-serverless/summary/1";

    /// <summary>The median norms that tokens were excluded by. The run's provenance holds them: there are as many as shards.</summary>
    [JsonIgnore]
    public IReadOnlyList<MedianNorm> MedianNorms { get; init; } = [];

    /// <summary>The summary as UTF-8 JSON with camel-case names.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JsonOptions);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="subject">What to call the file in errors.</param>
    /// <exception cref="InvalidInputException">The file is not a summary.</exception>
    public static RunSummary Parse(ReadOnlySpan<byte> json, string subject)
    {
        try
        {
            return JsonSerializer.Deserialize<RunSummary>(json, JsonOptions)
                ?? throw new InvalidInputException(subject, "is null and not a summary");
        }
        catch (JsonException error)
        {
            throw new InvalidInputException(subject, $"is not a summary: {error.Message}");
        }
    }
}

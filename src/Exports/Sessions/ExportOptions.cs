using System.Text.Json;
using System.Text.Json.Serialization;
using AeServerless.Engine;

namespace AeServerless.Exports.Sessions;

/// <summary>What an export is to hold. Every field has a default; those of other formats are left alone by a format.</summary>
public sealed record ExportOptions
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>Names of the scalars to export; empty for all.</summary>
    public IReadOnlyList<string> Scalars { get; init; } = [];

    /// <summary>Layers to export; empty for all.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>
    /// Name of the model: delphi loads the tokenizer by it, Neuronpedia files features under it. The default is <c>model</c>.
    /// </summary>
    public string Model { get; init; } = "model";

    /// <summary>
    /// The model's module or hook that an autoencoder reads, with <c>{layer}</c> and <c>{scalar}</c> in it: delphi's folder and
    /// Neuronpedia's hook.
    /// The default, empty, is <c>layers.{layer}.{scalar}</c> for delphi and <c>blocks.{layer}.{scalar}</c> for Neuronpedia.
    /// </summary>
    public string HookPoint { get; init; } = "";

    /// <summary>Tokens of an example's context at most: longer sequences are cut around the example. The default is 128.</summary>
    public int ContextTokens { get; init; } = 128;

    /// <summary>Strongest examples of a latent. The default is 20.</summary>
    public int TopExamples { get; init; } = 20;

    /// <summary>Of delphi.</summary>
    public DelphiOptions Delphi { get; init; } = new();

    /// <summary>Of Neuronpedia and SAEDashboard.</summary>
    public DashboardOptions Dashboard { get; init; } = new();

    /// <summary>Of transformer-debugger's records and circuit-tracer's features.</summary>
    public RecordOptions Records { get; init; } = new();

    /// <summary>Whether the arrays of <c>csr</c> are deflated. The default is true.</summary>
    public bool Deflate { get; init; } = true;

    /// <summary>Reads options from JSON, such as a recipe's.</summary>
    /// <param name="json">An object of the fields of this record in camel case.</param>
    /// <param name="subject">What messages call it.</param>
    /// <exception cref="InvalidInputException">A field is unknown, stands twice or has a wrong value.</exception>
    public static ExportOptions Parse(string json, string subject)
    {
        try
        {
            return JsonSerializer.Deserialize<ExportOptions>(json, Json) ?? throw new InvalidInputException(
                subject, "is null; an object is needed");
        }
        catch (JsonException error)
        {
            throw InvalidInputException.NotJson(subject, error);
        }
    }

    /// <summary>The options as JSON; <see cref="Parse"/> gives them back.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

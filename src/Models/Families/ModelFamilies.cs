using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>All families that are read.</summary>
public static class ModelFamilies
{
    private const int MaxDepth = 32;

    private static readonly ModelFamily[] Families =
    [
        new Gpt2Family(), new GptNeoXFamily(), new LlamaFamily(), new MistralFamily(), new Gemma2Family(), new Gemma3Family(),
        new Gemma3MultimodalFamily(), new Qwen2Family(), new Qwen3Family(), new OlmoFamily(), new Olmo2Family(),
    ];

    /// <summary>The values of <c>model_type</c> that are read.</summary>
    public static IReadOnlyList<string> ModelTypes { get; } = [.. Families.Select(family => family.ModelType)];

    /// <summary>Reads a <c>config.json</c> in the style of transformers 5 or in that of published files before it.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="subject">What messages call the file.</param>
    /// <exception cref="InvalidInputException">
    /// Not JSON, another <c>model_type</c>, a value out of range, or a key that may change the forward pass and is not understood.
    /// </exception>
    public static ModelDescription Read(ReadOnlySpan<byte> json, string subject)
    {
        try
        {
            using var document = JsonDocument.Parse(
                json.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth });
            var config = new ConfigReader(document.RootElement, subject);
            if (config.TextOrNull("model_type") is not { } type)
            {
                throw config.Fault("model_type", $"is missing; known are {string.Join(", ", ModelTypes)}");
            }

            var family = Families.FirstOrDefault(family => family.ModelType == type)
                ?? throw config.Fault("model_type", $"is '{ConfigReader.Clip(type)}'; known are {string.Join(", ", ModelTypes)}");
            var description = family.Read(config);
            config.RequireFlag("is_encoder_decoder", false);
            config.RefuseUnknown();
            return description;
        }
        catch (JsonException e)
        {
            throw InvalidInputException.NotJson(subject, e);
        }
    }
}

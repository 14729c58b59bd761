using System.Text.Json;
using AeServerless.Engine.Json;

namespace AeServerless.Engine.Transformers;

/// <summary>Dimensions of a GPT-2, from Hugging Face's <c>config.json</c>.</summary>
public sealed record Gpt2Config
{
    private const int MaxDimension = 1 << 24;

    private static readonly string[] GeluNames = ["gelu_new", "gelu_pytorch_tanh"];

    /// <summary>Transformer blocks, L.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream, d_model.</summary>
    public required int Width { get; init; }

    /// <summary>Attention heads of a layer.</summary>
    public required int Heads { get; init; }

    /// <summary>Neurons of a layer's MLP, d_ff.</summary>
    public required int MlpWidth { get; init; }

    /// <summary>Longest sequence.</summary>
    public required int Positions { get; init; }

    /// <summary>Number of token ids.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>What layer norms add to the variance.</summary>
    public double LayerNormEpsilon { get; init; } = 1e-5;

    /// <summary>Whether logits come from the token embedding; else the model has an <c>lm_head.weight</c> of its own.</summary>
    public bool TiedEmbeddings { get; init; } = true;

    /// <summary>Width of one head, d_head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>The sizes that derived scalars need.</summary>
    public ModelDimensions Dimensions => new(Layers, Width, MlpWidth, Heads, LayerNormEpsilon);

    /// <summary>Whether a <c>config.json</c> is one of a GPT-2, or of nothing else that it names.</summary>
    public static bool IsGpt2(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray());
            return document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("model_type", out var type)
                || type.ValueKind != JsonValueKind.String
                || type.ValueEquals("gpt2");
        }
        catch (JsonException)
        {
            // Reading it says what is wrong.
            return true;
        }
    }

    /// <summary>Reads and validates a <c>config.json</c>.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="subject">What messages call the file.</param>
    /// <exception cref="InvalidInputException">
    /// Not JSON, a field that is missing or wrong, or a variant of GPT-2 that is not computed here.
    /// </exception>
    public static Gpt2Config Parse(ReadOnlySpan<byte> json, string subject)
    {
        try
        {
            using var document = JsonDocument.Parse(
                json.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 32 });
            return Read(JsonField.OfManifest(document.RootElement, subject));
        }
        catch (JsonException e)
        {
            throw InvalidInputException.NotJson(subject, e);
        }
    }

    private static Gpt2Config Read(JsonField root)
    {
        ValidateValue(root, "model_type", "gpt2");
        ValidateValue(root, "activation_function", GeluNames);
        ValidateFlag(root, "scale_attn_weights", true);
        ValidateFlag(root, "scale_attn_by_inverse_layer_idx", false);
        var width = Dimension(root.Required("n_embd"));
        var heads = Dimension(root.Required("n_head"));
        if (width % heads != 0)
        {
            throw root.Required("n_head").Error($"is {heads}, which does not divide n_embd, {width}");
        }

        var epsilon = root.Optional("layer_norm_epsilon");
        if (epsilon?.Number() <= 0)
        {
            throw epsilon.Error("must be above 0");
        }

        return new Gpt2Config
        {
            Layers = (int)root.Required("n_layer").WholeNumber(1, 10_000),
            Width = width,
            Heads = heads,
            MlpWidth = root.Optional("n_inner") is { } inner ? Dimension(inner) : 4 * width,
            Positions = Dimension(root.Required("n_positions")),
            Vocabulary = Dimension(root.Required("vocab_size")),
            LayerNormEpsilon = epsilon?.Number() ?? 1e-5,
            TiedEmbeddings = root.Optional("tie_word_embeddings")?.Flag() ?? true,
        };
    }

    private static int Dimension(JsonField field) => (int)field.WholeNumber(1, MaxDimension);

    private static void ValidateValue(JsonField root, string name, params string[] allowed)
    {
        if (root.Optional(name) is { } field && !allowed.Contains(field.Text()))
        {
            throw field.Error($"is '{OneLineText.Clip(field.Text())}'; supported: {string.Join(", ", allowed)}");
        }
    }

    private static void ValidateFlag(JsonField root, string name, bool value)
    {
        if (root.Optional(name) is { } field && field.Flag() != value)
        {
            throw field.Error($"must be {(value ? "true" : "false")}: other variants are not supported");
        }
    }
}

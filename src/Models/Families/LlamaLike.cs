using AeServerless.Models.Configuration;

namespace AeServerless.Models.Families;

/// <summary>What the configurations of Llama and the families after it have in common: the keys, with each family's defaults.</summary>
internal sealed record LlamaLike
{
    public int Width { get; init; } = 4096;

    public int MlpWidth { get; init; } = 11_008;

    public int Layers { get; init; } = 32;

    public int Heads { get; init; } = 32;

    /// <summary>Where the key is absent; null: as many as heads.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Where the key is absent; null: the width over the heads.</summary>
    public int? HeadWidth { get; init; }

    /// <summary>Whether the family reads <c>head_dim</c>.</summary>
    public bool ReadsHeadWidth { get; init; } = true;

    public int Vocabulary { get; init; } = 32_000;

    public int Positions { get; init; } = 2048;

    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Where the norms' epsilon is not configured.</summary>
    public bool FixedEpsilon { get; init; }

    public string ActivationKey { get; init; } = "hidden_act";

    public string Activation { get; init; } = "silu";

    public bool Tied { get; init; }

    /// <summary>Whether the family reads <c>attention_bias</c>.</summary>
    public bool ReadsAttentionBias { get; init; } = true;

    /// <summary>The architecture without its layers.</summary>
    public Architecture Read(ConfigReader config)
    {
        var width = config.Dimension("hidden_size", Width);
        var heads = config.Dimension("num_attention_heads", Heads);
        var keyValueHeads = config.DimensionOrNull("num_key_value_heads", KeyValueHeads) ?? heads;
        if (heads % keyValueHeads != 0)
        {
            throw config.Fault("num_key_value_heads", $"is {keyValueHeads}, which does not divide num_attention_heads, {heads}");
        }

        var bias = ReadsAttentionBias && config.Flag("attention_bias", false);
        return new Architecture
        {
            ModelType = config.Text("model_type", ""),
            Width = width,
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadWidth = ReadHeadWidth(config, width, heads),
            MlpWidth = config.Dimension("intermediate_size", MlpWidth),
            Vocabulary = config.Dimension("vocab_size", Vocabulary),
            Positions = config.Dimension("max_position_embeddings", Positions),
            Layers = [],
            Norm = NormKind.RmsNorm,
            NormEpsilon = FixedEpsilon ? NormEpsilon : config.Positive("rms_norm_eps", NormEpsilon),
            Activation = ActivationFunctions.Read(config, ActivationKey, Activation),
            QueryKeyValueBias = bias,
            AttentionOutputBias = bias,
            TiedEmbeddings = config.Flag("tie_word_embeddings", Tied),
        };
    }

    /// <summary>The number of layers.</summary>
    public int ReadLayers(ConfigReader config) => config.Dimension("num_hidden_layers", Layers);

    /// <summary>Layers that differ in their windows alone.</summary>
    public static IReadOnlyList<LayerArchitecture> Uniform(int layers, Rope rope, double scale, Func<int, int?> window) =>
        [.. Enumerable.Range(0, layers).Select(layer => new LayerArchitecture(rope, window(layer), scale))];

    private int ReadHeadWidth(ConfigReader config, int width, int heads)
    {
        var stated = ReadsHeadWidth ? config.DimensionOrNull("head_dim", HeadWidth) : null;
        if (stated is null && width % heads != 0)
        {
            throw config.Fault("num_attention_heads", $"is {heads}, which does not divide hidden_size, {width}");
        }

        var headWidth = stated ?? width / heads;
        return headWidth % 2 == 0 ? headWidth : throw config.Fault("head_dim", $"is {headWidth}; rotary positions need an even number");
    }
}

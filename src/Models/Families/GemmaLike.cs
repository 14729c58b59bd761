using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>What Gemma 2 and 3 have in common.</summary>
internal static class GemmaLike
{
    private const int DefaultWindow = 4096;
    private const double DefaultQueryScalar = 256;

    private static readonly LlamaLike Keys = new()
    {
        Width = 2304,
        MlpWidth = 9216,
        Layers = 26,
        Heads = 8,
        KeyValueHeads = 4,
        HeadWidth = 256,
        ActivationKey = "hidden_activation",
        Activation = "gelu_pytorch_tanh",
        Tied = true,
    };

    /// <summary>The names of tensors: Llama's with four norms a layer.</summary>
    public static WeightNames Names { get; } = WeightNames.Llama with
    {
        PostAttentionNorm = "post_attention_layernorm",
        MlpNorm = "pre_feedforward_layernorm",
        PostMlpNorm = "post_feedforward_layernorm",
    };

    /// <summary>The architecture without its layers.</summary>
    public static Architecture Read(ConfigReader config, int positions, int vocabulary)
    {
        // hidden_activation counts, whatever stands in the key of the families before.
        config.Ignore("hidden_act", "partial_rotary_factor");
        config.RequireFlag("use_bidirectional_attention", false);
        var common = (Keys with { Positions = positions, Vocabulary = vocabulary }).Read(config);
        return common with
        {
            EmbeddingScale = (float)Math.Sqrt(common.Width),
            NormWeightsPlusOne = true,
            PostNorms = true,
        };
    }

    /// <summary>The number of layers.</summary>
    public static int ReadLayers(ConfigReader config) => Keys.ReadLayers(config);

    /// <summary>What scores are multiplied by.</summary>
    public static double ReadScale(ConfigReader config) => 1 / Math.Sqrt(config.Positive("query_pre_attn_scalar", DefaultQueryScalar));

    /// <summary>The window of each layer; null for those that see everything before them.</summary>
    public static IReadOnlyList<int?> ReadWindows(ConfigReader config, int layers, Func<int, bool> rule)
    {
        var window = config.DimensionOrNull("sliding_window", DefaultWindow);
        var sliding = LayerTypes.Read(config, layers, rule);
        return window is null && sliding.Contains(true)
            ? throw config.Fault("sliding_window", "is null, and the model has sliding layers; a whole number is needed")
            : [.. sliding.Select(slides => slides ? window : null)];
    }
}

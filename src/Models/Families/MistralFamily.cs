using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>Mistral: Llama with a window in every layer.</summary>
internal sealed class MistralFamily : ModelFamily
{
    private const int DefaultWindow = 4096;

    private static readonly LlamaLike Keys = new()
    {
        MlpWidth = 14_336,
        KeyValueHeads = 8,
        Positions = 131_072,
        ReadsAttentionBias = false,
    };

    public override string ModelType => "mistral";

    public override ModelDescription Read(ConfigReader config)
    {
        var common = Keys.Read(config);
        config.Ignore("layer_types", "partial_rotary_factor");
        config.RequireFlag("attention_bias", false);
        config.RequireFlag("mlp_bias", false);
        var window = config.DimensionOrNull("sliding_window", DefaultWindow);
        var rope = RopeReader.Read(config, common.HeadWidth, common.Positions);
        var layers = LlamaLike.Uniform(Keys.ReadLayers(config), rope, 1 / Math.Sqrt(common.HeadWidth), _ => window);
        return new ModelDescription(common with { Layers = layers }, WeightNames.Llama);
    }
}

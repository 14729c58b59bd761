using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>Qwen 2 and 2.5: Llama with biases of queries, keys and values.</summary>
internal sealed class Qwen2Family : ModelFamily
{
    private static readonly LlamaLike Keys = new()
    {
        MlpWidth = 22_016,
        KeyValueHeads = 32,
        Positions = 32_768,
        Vocabulary = 151_936,
        ReadsAttentionBias = false,
    };

    public override string ModelType => "qwen2";

    public override ModelDescription Read(ConfigReader config)
    {
        var common = Keys.Read(config);
        config.Ignore("partial_rotary_factor");
        config.RequireFlag("attention_bias", true);
        config.RequireFlag("mlp_bias", false);
        config.RequireFlag("use_mrope", false);
        var windows = QwenWindow.Read(config, Keys.ReadLayers(config));
        var rope = RopeReader.Read(config, common.HeadWidth, common.Positions);
        var architecture = common with
        {
            QueryKeyValueBias = true,
            Layers = LlamaLike.Uniform(windows.Count, rope, 1 / Math.Sqrt(common.HeadWidth), layer => windows[layer]),
        };
        return new ModelDescription(architecture, WeightNames.Llama);
    }
}

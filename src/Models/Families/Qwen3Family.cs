using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>Qwen 3, dense: Llama with norms of each head's queries and keys.</summary>
internal sealed class Qwen3Family : ModelFamily
{
    private static readonly LlamaLike Keys = new()
    {
        MlpWidth = 22_016,
        KeyValueHeads = 32,
        HeadWidth = 128,
        Positions = 32_768,
        Vocabulary = 151_936,
    };

    public override string ModelType => "qwen3";

    public override ModelDescription Read(ConfigReader config)
    {
        var common = Keys.Read(config);
        config.Ignore("partial_rotary_factor");
        config.RequireFlag("mlp_bias", false);
        var windows = QwenWindow.Read(config, Keys.ReadLayers(config));
        var rope = RopeReader.Read(config, common.HeadWidth, common.Positions);
        var architecture = common with
        {
            QueryKeyNorm = QueryKeyNorm.PerHead,
            Layers = LlamaLike.Uniform(windows.Count, rope, 1 / Math.Sqrt(common.HeadWidth), layer => windows[layer]),
        };
        return new ModelDescription(architecture, WeightNames.Llama);
    }
}

using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>OLMo 1: Llama with layer norms that have neither weight nor bias, and perhaps clipped queries, keys and values.</summary>
internal sealed class OlmoFamily : ModelFamily
{
    private static readonly LlamaLike Keys = new() { Vocabulary = 50_304, NormEpsilon = 1e-5, FixedEpsilon = true, ReadsHeadWidth = false };

    public override string ModelType => "olmo";

    public override ModelDescription Read(ConfigReader config)
    {
        var common = Keys.Read(config);

        // The family's norms have a fixed epsilon, and its heads the width over their number.
        config.Ignore("rms_norm_eps", "layer_norm_eps", "head_dim", "partial_rotary_factor");
        config.RequireFlag("mlp_bias", false);
        var rope = RopeReader.Read(config, common.HeadWidth, common.Positions);
        var architecture = common with
        {
            Norm = NormKind.LayerNorm,
            NormWeights = false,
            ClipQueryKeyValue = config.PositiveOrNull("clip_qkv"),
            Layers = LlamaLike.Uniform(Keys.ReadLayers(config), rope, 1 / Math.Sqrt(common.HeadWidth), _ => null),
        };
        return new ModelDescription(architecture, WeightNames.Llama);
    }
}

using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>
/// OLMo 2: attention and MLP read the residual stream itself, what they add passes a norm, as do queries and keys as a whole.
/// </summary>
internal sealed class Olmo2Family : ModelFamily
{
    private static readonly LlamaLike Keys = new() { Vocabulary = 50_304, NormEpsilon = 1e-5, ReadsHeadWidth = false };

    private static readonly WeightNames Names = WeightNames.Llama with
    {
        PostAttentionNorm = "post_attention_layernorm",
        PostMlpNorm = "post_feedforward_layernorm",
    };

    public override string ModelType => "olmo2";

    public override ModelDescription Read(ConfigReader config)
    {
        var common = Keys.Read(config);
        config.Ignore("head_dim", "partial_rotary_factor");
        config.RequireFlag("mlp_bias", false);
        var rope = RopeReader.Read(config, common.HeadWidth, common.Positions);
        var architecture = common with
        {
            PreNorms = false,
            PostNorms = true,
            QueryKeyNorm = QueryKeyNorm.WholeProjection,
            Layers = LlamaLike.Uniform(Keys.ReadLayers(config), rope, 1 / Math.Sqrt(common.HeadWidth), _ => null),
        };
        return new ModelDescription(architecture, Names);
    }
}

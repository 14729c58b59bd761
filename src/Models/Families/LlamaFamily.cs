using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>Llama 1 to 3.</summary>
internal sealed class LlamaFamily : ModelFamily
{
    private static readonly LlamaLike Keys = new();

    public override string ModelType => "llama";

    public override ModelDescription Read(ConfigReader config)
    {
        var common = Keys.Read(config);

        // Not read by the family. Slices of pretraining_tp add up to the same.
        config.Ignore("pretraining_tp", "sliding_window", "layer_types", "partial_rotary_factor");
        var rope = RopeReader.Read(config, common.HeadWidth, common.Positions);
        var architecture = common with
        {
            MlpBias = config.Flag("mlp_bias", false),
            Layers = LlamaLike.Uniform(Keys.ReadLayers(config), rope, 1 / Math.Sqrt(common.HeadWidth), _ => null),
        };
        return new ModelDescription(architecture, WeightNames.Llama);
    }
}

using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>Gemma 2: soft caps, and windows in every other layer from the first on.</summary>
internal sealed class Gemma2Family : ModelFamily
{
    private const int Positions = 8192;
    private const int Vocabulary = 256_000;
    private const double ScoreCap = 50;
    private const double LogitCap = 30;

    public override string ModelType => "gemma2";

    public override ModelDescription Read(ConfigReader config)
    {
        var common = GemmaLike.Read(config, Positions, Vocabulary);
        var scale = GemmaLike.ReadScale(config);
        var rope = RopeReader.Read(config, common.HeadWidth, common.Positions);
        var windows = GemmaLike.ReadWindows(config, GemmaLike.ReadLayers(config), layer => layer % 2 == 0);
        var architecture = common with
        {
            ScoreCap = config.PositiveUnlessNull("attn_logit_softcapping", ScoreCap),
            LogitCap = config.PositiveUnlessNull("final_logit_softcapping", LogitCap),
            Layers = LlamaLike.Uniform(windows.Count, rope, scale, layer => windows[layer]),
        };
        return new ModelDescription(architecture, GemmaLike.Names);
    }
}

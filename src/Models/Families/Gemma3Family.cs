using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>Gemma 3, text alone: norms of queries and keys, windows in five layers of six, and other rotary bases there.</summary>
internal sealed class Gemma3Family : ModelFamily
{
    private const int Positions = 131_072;
    private const int Vocabulary = 262_208;
    private const int DefaultPattern = 6;
    private const double FullTheta = 1_000_000;
    private const double SlidingTheta = 10_000;

    public override string ModelType => "gemma3_text";

    public override ModelDescription Read(ConfigReader config) => new(ReadArchitecture(config), GemmaLike.Names);

    /// <summary>Reads the configuration of a text model, which may be part of a multimodal one.</summary>
    public static Architecture ReadArchitecture(ConfigReader config)
    {
        var common = GemmaLike.Read(config, Positions, Vocabulary);

        // The family has no cap of scores even where a configuration states one, and writes this pattern without reading it.
        config.Ignore("attn_logit_softcapping", "_sliding_window_pattern");
        var pattern = config.Dimension("sliding_window_pattern", DefaultPattern);
        var windows = GemmaLike.ReadWindows(config, GemmaLike.ReadLayers(config), layer => (layer + 1) % pattern != 0);
        var scale = GemmaLike.ReadScale(config);
        var (full, sliding) = Ropes(config, common);
        return common with
        {
            QueryKeyNorm = QueryKeyNorm.PerHead,
            LogitCap = config.PositiveOrNull("final_logit_softcapping"),
            Layers = [.. windows.Select(window => new LayerArchitecture(window is null ? full : sliding, window, scale))],
        };
    }

    private static (Rope Full, Rope Sliding) Ropes(ConfigReader config, Architecture common)
    {
        var fullTheta = config.Positive("rope_theta", FullTheta);
        var slidingTheta = config.Positive("rope_local_base_freq", SlidingTheta);
        var scaling = config.Object("rope_scaling");
        var parameters = config.Object("rope_parameters");

        // Settings that don't tell the two kinds of layers apart are not read by the family.
        var full = scaling ?? parameters?.Object("full_attention");
        var sliding = scaling is null ? parameters?.Object("sliding_attention") : null;
        if (scaling is null && (full is not null || sliding is not null))
        {
            parameters!.RefuseUnknown();
        }

        return (
            RopeReader.Read(full, fullTheta, common.HeadWidth, common.Positions, config),
            RopeReader.Read(sliding, slidingTheta, common.HeadWidth, common.Positions, config));
    }
}

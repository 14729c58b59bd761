using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>GPT-NeoX: Pythia and others.</summary>
internal sealed class GptNeoXFamily : ModelFamily
{
    private const double DefaultTheta = 10_000;
    private const double DefaultRotatedPart = 0.25;

    private static readonly WeightNames Names = new()
    {
        Prefixes = ["gpt_neox.", ""],
        Embedding = "embed_in.weight",
        FinalNorm = "final_layer_norm",
        Heads = ["embed_out.weight", "lm_head.weight"],
        Layer = "layers.{0}.",
        AttentionNorm = "input_layernorm",
        QueryKeyValue = "attention.query_key_value",
        GroupedByHead = true,
        AttentionOut = "attention.dense",
        MlpNorm = "post_attention_layernorm",
        MlpIn = "mlp.dense_h_to_4h",
        MlpOut = "mlp.dense_4h_to_h",
        NoWeights = ["attention.bias", "attention.masked_bias", "attention.rotary_emb.inv_freq"],
    };

    public override string ModelType => "gpt_neox";

    public override ModelDescription Read(ConfigReader config)
    {
        var width = config.Dimension("hidden_size", 6144);
        var heads = config.Dimension("num_attention_heads", 64);
        if (width % heads != 0)
        {
            throw config.Fault("num_attention_heads", $"is {heads}, which does not divide hidden_size, {width}");
        }

        // Of these two the family reads only what stands in rope_parameters; is_decoder has no effect on it.
        config.Ignore("rope_theta", "partial_rotary_factor", "is_decoder");
        config.RequireFlag("is_encoder_decoder", false);
        var positions = config.Dimension("max_position_embeddings", 2048);
        var rope = ReadRope(config, width / heads, positions);
        var bias = config.Flag("attention_bias", true);
        var architecture = new Architecture
        {
            ModelType = ModelType,
            Width = width,
            Heads = heads,
            KeyValueHeads = heads,
            HeadWidth = width / heads,
            MlpWidth = config.Dimension("intermediate_size", 24_576),
            Vocabulary = config.Dimension("vocab_size", 50_432),
            Positions = positions,
            Layers = LlamaLike.Uniform(config.Dimension("num_hidden_layers", 44), rope, 1 / Math.Sqrt(width / heads), _ => null),
            Norm = NormKind.LayerNorm,
            NormEpsilon = config.Positive("layer_norm_eps", 1e-5),
            NormBiases = true,
            ParallelResidual = config.Flag("use_parallel_residual", true),
            GatedMlp = false,
            Activation = ActivationFunctions.Read(config, "hidden_act", "gelu"),
            QueryKeyValueBias = bias,
            AttentionOutputBias = bias,
            MlpBias = true,
            TiedEmbeddings = config.Flag("tie_word_embeddings", false),
        };
        return new ModelDescription(architecture, Names);
    }

    private static Rope ReadRope(ConfigReader config, int headWidth, int positions)
    {
        var theta = config.Positive("rotary_emb_base", DefaultTheta);
        var part = config.Positive("rotary_pct", DefaultRotatedPart);
        var settings = RopeReader.Settings(config);
        part = settings?.PositiveOrNull("partial_rotary_factor") ?? part;
        var rotated = (int)(headWidth * part);
        var rope = RopeReader.Read(settings, theta, rotated, positions, config);
        return rope.RotatedWidth <= headWidth
            ? rope
            : throw config.Fault("rotary_pct", $"rotates {rope.RotatedWidth} values of heads that have {headWidth}");
    }
}

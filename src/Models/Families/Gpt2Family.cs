using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>GPT-2.</summary>
internal sealed class Gpt2Family : ModelFamily
{
    private static readonly WeightNames Names = new()
    {
        Prefixes = ["transformer.", ""],
        Embedding = "wte.weight",
        PositionEmbedding = "wpe.weight",
        FinalNorm = "ln_f",
        Heads = ["lm_head.weight"],
        Layer = "h.{0}.",
        AttentionNorm = "ln_1",
        QueryKeyValue = "attn.c_attn",
        AttentionOut = "attn.c_proj",
        MlpNorm = "ln_2",
        MlpIn = "mlp.c_fc",
        MlpOut = "mlp.c_proj",
        InputsFirst = true,
        NoWeights = ["attn.bias", "attn.masked_bias"],
    };

    public override string ModelType => "gpt2";

    public override ModelDescription Read(ConfigReader config)
    {
        var width = config.Dimension("n_embd", 768);
        var heads = config.Dimension("n_head", 12);
        if (width % heads != 0)
        {
            throw config.Fault("n_head", $"is {heads}, which does not divide n_embd, {width}");
        }

        // Upcasting changes nothing where all is float32, and n_ctx is an older name of n_positions that is not read.
        config.Ignore("reorder_and_upcast_attn", "n_ctx");
        config.RequireFlag("add_cross_attention", false);
        config.RequireFlag("is_encoder_decoder", false);
        var scaled = config.Flag("scale_attn_weights", true);
        var byLayer = config.Flag("scale_attn_by_inverse_layer_idx", false);
        var scale = scaled ? 1 / Math.Sqrt(width / heads) : 1;
        var architecture = new Architecture
        {
            ModelType = ModelType,
            Width = width,
            Heads = heads,
            KeyValueHeads = heads,
            HeadWidth = width / heads,
            MlpWidth = config.DimensionOrNull("n_inner", null) ?? 4 * width,
            Vocabulary = config.Dimension("vocab_size", 50_257),
            Positions = config.Dimension("n_positions", 1024),
            Layers =
            [
                .. Enumerable.Range(0, config.Dimension("n_layer", 12))
                    .Select(layer => new LayerArchitecture(null, null, byLayer ? scale / (layer + 1) : scale)),
            ],
            LearnedPositions = true,
            Norm = NormKind.LayerNorm,
            NormEpsilon = config.Positive("layer_norm_epsilon", 1e-5),
            NormBiases = true,
            GatedMlp = false,
            Activation = ActivationFunctions.Read(config, "activation_function", "gelu_new"),
            QueryKeyValueBias = true,
            AttentionOutputBias = true,
            MlpBias = true,
            TiedEmbeddings = config.Flag("tie_word_embeddings", true),
        };
        return new ModelDescription(architecture, Names);
    }
}

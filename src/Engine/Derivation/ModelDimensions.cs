using AeServerless.Engine.Models;

namespace AeServerless.Engine.Derivation;

/// <summary>Sizes of the language model whose activations a dataset has.</summary>
/// <param name="Layers">Transformer layers.</param>
/// <param name="ModelWidth">d_model: width of the residual stream.</param>
/// <param name="NeuronWidth">d_ff: neurons of an MLP.</param>
/// <param name="Heads">Attention heads of a layer.</param>
/// <param name="LayerNormEpsilon">Added to the variance by layer norms. The default is 1e-5.</param>
public sealed record ModelDimensions(int Layers, int ModelWidth, int NeuronWidth, int Heads, double LayerNormEpsilon = 1e-5)
{
    /// <summary>The sizes of a GPT-2.</summary>
    public static ModelDimensions Of(Gpt2Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new ModelDimensions(config.Layers, config.Width, config.MlpWidth, config.Heads, config.LayerNormEpsilon);
    }

    /// <summary>As the model's blocks take them; what only embeddings need is not known here.</summary>
    internal Gpt2Config ToBlockConfig() => new()
    {
        Layers = Layers, Width = ModelWidth, Heads = Heads, MlpWidth = NeuronWidth, Positions = 0, Vocabulary = 0, LayerNormEpsilon = LayerNormEpsilon,
    };
}

namespace AeServerless.Engine.Transformers;

/// <summary>Sizes of the language model whose activations a dataset has.</summary>
/// <param name="Layers">Transformer layers.</param>
/// <param name="ModelWidth">d_model: width of the residual stream.</param>
/// <param name="NeuronWidth">d_ff: neurons of an MLP.</param>
/// <param name="Heads">Attention heads of a layer; 0 where they are unknown.</param>
/// <param name="LayerNormEpsilon">Added to the variance by layer norms. The default is 1e-5.</param>
public sealed record ModelDimensions(int Layers, int ModelWidth, int NeuronWidth, int Heads, double LayerNormEpsilon = 1e-5)
{
    /// <summary>Width of one head, d_head.</summary>
    public int HeadWidth => ModelWidth / Heads;
}

using AeServerless.Engine.Autoencoders;

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
    public int HeadWidth => AttentionWidth / Heads;

    /// <summary>Values of all heads of a layer, heads · d_head. The default is d_model.</summary>
    public int AttentionWidth { get => field == 0 ? ModelWidth : field; init; }

    /// <summary>Whether what attention and MLP add to the residual stream passes a norm.</summary>
    public bool PostNorms { get; init; }

    /// <summary>Whether the MLP reads the residual stream before attention.</summary>
    public bool ParallelResidual { get; init; }

    /// <summary>Whether it is a GPT-2, whose neurons and heads can be traced.</summary>
    public bool IsGpt2 { get; init; } = true;

    /// <summary>Values a token of an activation that autoencoders read.</summary>
    public int WidthOf(AutoencoderInput place) => place switch
    {
        AutoencoderInput.MlpPostAct => NeuronWidth,
        AutoencoderInput.AttnVOut => AttentionWidth,
        _ => ModelWidth,
    };
}

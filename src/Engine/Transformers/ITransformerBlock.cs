using static TorchSharp.torch;

namespace AeServerless.Engine.Transformers;

/// <summary>
/// What autoencoders read in a layer, as differentiable functions of the residual stream in float64. One sequence; causal. Results belong
/// to the caller's dispose scope. Scales of norms before a sublayer are constants where <c>detachScale</c> is set.
/// </summary>
public interface ITransformerBlock : IDisposable
{
    /// <summary>
    /// Attention-weighted values of all heads: the stream before attention, <c>[tokens, d_model]</c> → <c>[tokens, heads · d_head]</c>.
    /// </summary>
    Tensor AttentionHeads(Tensor residual, bool detachScale);

    /// <summary>What attention adds to the stream. <c>[tokens, d_model]</c> → <c>[tokens, d_model]</c>.</summary>
    Tensor AttentionDelta(Tensor residual, bool detachScale);

    /// <summary>What the MLP reads. The stream before the MLP, <c>[tokens, d_model]</c> → <c>[tokens, d_model]</c>.</summary>
    /// <param name="residual">The stream.</param>
    /// <param name="detachScale">Whether the norm's scale is a constant.</param>
    /// <param name="weighted">Whether the norm's weight and bias are applied.</param>
    Tensor MlpInput(Tensor residual, bool detachScale, bool weighted);

    /// <summary>Neurons after the activation function. <c>[tokens, d_model]</c> → <c>[tokens, d_ff]</c>.</summary>
    Tensor MlpNeurons(Tensor residual, bool detachScale);

    /// <summary>What the MLP adds to the stream. <c>[tokens, d_model]</c> → <c>[tokens, d_model]</c>.</summary>
    Tensor MlpDelta(Tensor residual, bool detachScale);
}

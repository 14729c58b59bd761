using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Engine.Transformers;

/// <summary>What follows a model's last layer: the final norm and the unembedding. It owns none of the tensors.</summary>
/// <param name="NormWeight">Layer norm before the logits, <c>[d_model]</c>.</param>
/// <param name="NormBias">Layer norm before the logits, <c>[d_model]</c>.</param>
/// <param name="Unembedding">Directions of the logits, <c>[vocabulary, d_model]</c>.</param>
/// <param name="LayerNormEpsilon">Added to the variance by the layer norm.</param>
public sealed record OutputHead(Tensor NormWeight, Tensor NormBias, Tensor Unembedding, double LayerNormEpsilon)
{
    /// <summary>The layer norm before the logits. <c>[…, d_model]</c>.</summary>
    public Tensor FinalNorm(Tensor residual, bool detachScale = false) =>
        Gpt2Block.LayerNorm(residual, NormWeight, NormBias, LayerNormEpsilon, detachScale);

    /// <summary>Logits of residual streams after the final norm. <c>[…, d_model]</c> → <c>[…, vocabulary]</c>.</summary>
    public Tensor Unembed(Tensor final) => final.matmul(Unembedding.t());
}

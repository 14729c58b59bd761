using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;

namespace AeServerless.Engine.Traces;

/// <summary>A trace of one activation, known to exist in the model.</summary>
/// <param name="Target">What is traced.</param>
/// <param name="Layer">Layer of the model.</param>
/// <param name="Token">Position in the sequence; for a head the query's.</param>
/// <param name="KeyToken">For a head the key's position; else <paramref name="Token"/>.</param>
/// <param name="Index">Neuron, latent or head.</param>
/// <param name="PreAct">Before the activation function (for a head the softmax) rather than after it.</param>
/// <param name="Attention">For a head: through which of its parts the gradient flows.</param>
/// <param name="DetachScale">Whether the scale of the layer norm before the traced layer is a constant.</param>
/// <param name="Autoencoder">The autoencoder, for a latent.</param>
/// <param name="Downstream">
/// For a head traced through its values: what they go on to, past the layers between; a loss where it is <see langword="null"/>.
/// </param>
internal sealed record ResolvedTrace(
    TraceTarget Target,
    int Layer,
    int Token,
    int KeyToken,
    int Index,
    bool PreAct,
    AttentionTraceType? Attention,
    bool DetachScale,
    ResolvedAutoencoder? Autoencoder,
    ResolvedTrace? Downstream)
{
    /// <summary>Whether it is part of the layer's attention: a head, or a latent of an attention autoencoder.</summary>
    public bool IsInAttention => Target == TraceTarget.AttentionHead || Autoencoder?.NodeType == AutoencoderNodeType.Attention;

    /// <summary>Whether the layer's MLP reads the stream before attention.</summary>
    public bool ParallelResidual { get; init; }

    /// <summary>The residual stream just before the traced activation; for a latent on the stream, there.</summary>
    public GradientPlace Place => new(Layer, Autoencoder is { NodeType: AutoencoderNodeType.Residual } onStream
        ? GradientPlace.Of(onStream.Input)
        : IsInAttention || ParallelResidual ? LocationWithinLayer.EndOfPreviousLayer : LocationWithinLayer.ResidPostAttn);

    /// <summary>The last position that the traced activation itself depends on.</summary>
    public int OwnLastToken => Math.Max(Token, KeyToken);

    /// <summary>
    /// The first position that it depends on: attention looks back to the sequence's start, an MLP at its own token alone.
    /// </summary>
    public int FirstToken => IsInAttention ? 0 : Token;

    /// <summary>As messages and plans say it.</summary>
    public override string ToString()
    {
        var what = Target switch
        {
            TraceTarget.MlpNeuron => $"neuron {Index} of layer {Layer} at token {Token}",
            TraceTarget.AutoencoderLatent => $"latent {Index} of {Autoencoder!.Key} at token {Token}",
            _ => $"head {Index} of layer {Layer} from token {Token} to token {KeyToken} through {Attention}",
        };
        return $"{what} {(PreAct ? "before" : "after")} its activation, layer norm scale "
            + $"{(DetachScale ? "detached" : "not detached")}{(Downstream is null ? "" : $", on to {Downstream}")}";
    }
}

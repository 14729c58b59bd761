using System.Globalization;

namespace AeServerless.Engine.Recipes;

/// <summary>The activation whose gradient a derived scalar uses in place of the loss's.</summary>
/// <param name="NodeType">What is traced.</param>
/// <param name="Layer">The layer of the traced activation, from 0.</param>
/// <param name="TensorIndices">
/// Which activation of that layer: [token, neuron], [token, latent] or [query token, key token, head]. Tokens are positions in a sequence;
/// <see langword="null"/> means all of them.
/// </param>
/// <param name="PreOrPostAct">Before or after the activation function. The default is after.</param>
/// <param name="AttentionTraceType">
/// Through what the gradient of an attention head flows; <see langword="null"/> for every other node type.
/// </param>
/// <param name="DetachLayerNormScale">Whether the layer norm's scale is held constant. The default is yes.</param>
/// <param name="Downstream">What the output of a head traced through its values goes on to, or <see langword="null"/>.</param>
/// <param name="Autoencoder">The autoencoder of a traced latent, where its node type does not tell it; else <see langword="null"/>.</param>
public sealed record TraceConfiguration(
    NodeType NodeType,
    int Layer,
    IReadOnlyList<int?> TensorIndices,
    PreOrPostAct PreOrPostAct = PreOrPostAct.Post,
    AttentionTraceType? AttentionTraceType = null,
    bool DetachLayerNormScale = true,
    TraceConfiguration? Downstream = null,
    string? Autoencoder = null)
{
    /// <summary>The trace on one line; equal traces, and only they, have equal text.</summary>
    public override string ToString()
    {
        var indices = string.Join(", ", TensorIndices.Select(index => index?.ToString(CultureInfo.InvariantCulture) ?? "all"));
        var attention = AttentionTraceType is { } type ? $" through {type}" : "";
        var scale = DetachLayerNormScale ? "" : ", layer norm scale not detached";
        var downstream = Downstream is { } next ? $" on to {next}" : "";
        var autoencoder = Autoencoder is null ? "" : $" of {Autoencoder}";
        return $"{RecipeNames.NameOf(NodeType)} of layer {Layer} at [{indices}] {PreOrPostAct}{autoencoder}{attention}{scale}{downstream}";
    }
}

using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Scalars;

/// <summary>One result of a run: one derived scalar at one layer.</summary>
/// <param name="Scalar">Its name in results: the request's name, else its type. Unique together with <paramref name="Layer"/>.</param>
/// <param name="Layer">Layer of the model, from 0.</param>
/// <param name="Type">Which derived scalar it is, e.g. <c>online_mlp_autoencoder_write_norm</c>.</param>
/// <param name="Shape">Sparse or dense, and over what.</param>
/// <param name="Width">Latents for the sparse shapes; values a token for the dense ones.</param>
/// <param name="VectorWidth">Values of one vector of <see cref="DerivedShape.LatentVectors"/>; 0 for the other shapes.</param>
/// <param name="Autoencoder">The autoencoder it belongs to; none for scalars of the plain activations.</param>
/// <param name="ZeroReason">
/// Why every value is zero, where the traced activation comes before this layer's; <see langword="null"/> where values are computed.
/// </param>
public sealed record DerivedOutput(
    string Scalar,
    int Layer,
    string Type,
    DerivedShape Shape,
    int Width,
    int VectorWidth = 0,
    AutoencoderKey? Autoencoder = null,
    string? ZeroReason = null)
{
    /// <summary>Whether values are held for active latents only.</summary>
    public bool IsSparse => Shape is DerivedShape.Latents or DerivedShape.LatentVectors;
}

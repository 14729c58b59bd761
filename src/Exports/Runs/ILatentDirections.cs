namespace AeServerless.Exports.Runs;

/// <summary>
/// What an autoencoder's latents write, and what dashboards derive from it. All of it is optional: what is not there, is left empty.
/// </summary>
public interface ILatentDirections
{
    /// <summary>Width of a latent's direction.</summary>
    int Width { get; }

    /// <summary>The decoder's row of a latent, <c>[width]</c>, as it is in the file (not normalised).</summary>
    ReadOnlySpan<float> Row(int latent);

    /// <summary>
    /// The unembedding <c>[width, vocabulary]</c>, row by row, or empty where the directions do not lie in the residual stream.
    /// </summary>
    ReadOnlyMemory<float> Unembedding { get; }
}

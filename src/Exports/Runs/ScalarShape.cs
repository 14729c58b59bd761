namespace AeServerless.Exports.Runs;

/// <summary>How a scalar's values at every token are held.</summary>
public enum ScalarShape
{
    /// <summary>Sparse: a value for each active latent of a token.</summary>
    Latents,

    /// <summary>Sparse: a vector for each active latent of a token.</summary>
    LatentVectors,

    /// <summary><c>[tokens, width]</c>.</summary>
    Dense,
}

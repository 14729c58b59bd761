namespace AeServerless.Engine.Scalars;

/// <summary>The shape of a derived scalar, and whether it is held sparse or dense.</summary>
public enum DerivedShape
{
    /// <summary><c>[tokens, latents]</c>, sparse: one value for each latent that is active at a token.</summary>
    Latents,

    /// <summary><c>[tokens, latents, vector]</c>, sparse: one vector for each latent that is active at a token.</summary>
    LatentVectors,

    /// <summary><c>[tokens, d_ff]</c>, dense.</summary>
    Neurons,

    /// <summary><c>[tokens, heads · d_head]</c>, dense.</summary>
    Heads,

    /// <summary><c>[tokens, d_model]</c>, dense.</summary>
    Residual,
}

namespace AeServerless.Engine.Results.Summary;

/// <summary>What plots of all latents of an autoencoder are made of.</summary>
/// <param name="Edges">The edges of the histograms of its scalars. [bins + 1]</param>
/// <param name="Frequencies">Fraction of tokens where each latent is active, in the scalar that ranks them. [latents]</param>
/// <param name="Means">Mean of that scalar over all tokens. [latents]</param>
public sealed record LatentDistribution(
    IReadOnlyList<float> Edges, IReadOnlyList<float> Frequencies, IReadOnlyList<float> Means)
{
    /// <summary>The scalar that says how latents move the loss; <see langword="null"/> where there is none.</summary>
    public string? EffectScalar { get; init; }

    /// <summary>Its means over all tokens. [latents]</summary>
    public IReadOnlyList<float> Effects { get; init; } = [];

    /// <summary>Mean active latents at each position of a sequence; not a number where no token counts. [positions]</summary>
    public IReadOnlyList<double> ActiveByPosition { get; init; } = [];
}

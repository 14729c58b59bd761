namespace AeServerless.Engine.Results.Summary;

/// <summary>What is known of one latent.</summary>
/// <param name="Latent">Its index.</param>
/// <param name="Scalars">Its moments in each latent-shaped scalar of its autoencoder, the ranking one first.</param>
public sealed record LatentSummary(int Latent, IReadOnlyList<LatentScalarSummary> Scalars);

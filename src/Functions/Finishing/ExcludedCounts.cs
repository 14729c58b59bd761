using AeServerless.Engine.Results.Summary;

namespace AeServerless.Functions.Finishing;

/// <summary>Tokens that did not count in some statistics.</summary>
/// <param name="Autoencoder">The autoencoder, or <see langword="null"/>.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Scalar">The scalar; <see langword="null"/> for the autoencoder's own statistics.</param>
/// <param name="Excluded">How many, by reason.</param>
public sealed record ExcludedCounts(string? Autoencoder, int Layer, string? Scalar, ExcludedSummary Excluded);

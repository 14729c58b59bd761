namespace AeServerless.Engine.Results.Summary;

/// <summary>What an autoencoder's authors state of it, over tokens of their own.</summary>
/// <param name="ActiveLatents">L0: mean number of active latents of a token.</param>
/// <param name="FractionOfVarianceUnexplained">Fraction of variance unexplained.</param>
/// <param name="Source">The file or folder that says so.</param>
public sealed record PublishedFigures(double? ActiveLatents, double? FractionOfVarianceUnexplained, string Source);

namespace AeServerless.Engine.Results.Summary;

/// <summary>One scalar's totals.</summary>
/// <param name="Scalar">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Layer">Its layer.</param>
/// <param name="Autoencoder">The autoencoder it is about, or <see langword="null"/>.</param>
/// <param name="Shape">The shape of its values: <c>Latents</c>, <c>LatentVectors</c>, <c>Neurons</c> or <c>Residual</c>.</param>
/// <param name="Width">Latents, or values a token of a dense scalar.</param>
/// <param name="Tokens">Tokens that count.</param>
/// <param name="NonFiniteTokens">Tokens left out because an input of theirs is NaN or infinite.</param>
/// <param name="ShortSequenceTokens">Tokens left out because their sequence does not reach the position that is traced.</param>
/// <param name="NonFiniteValues">Values left out because they are NaN or infinite themselves.</param>
/// <param name="ZeroReason">Why all of it is zero, or <see langword="null"/>.</param>
/// <param name="ActiveLatents">Latents that are not zero somewhere; <see langword="null"/> for a dense scalar.</param>
/// <param name="NonZeros">Values that are not zero; <see langword="null"/> for a dense scalar.</param>
/// <param name="Metrics">Moments of a dense scalar's per-token metrics, by name; <see langword="null"/> for a latent-shaped one.</param>
public sealed record ScalarSummary(
    string Scalar,
    string Type,
    int Layer,
    string? Autoencoder,
    string Shape,
    int Width,
    long Tokens,
    long NonFiniteTokens,
    long ShortSequenceTokens,
    long NonFiniteValues,
    string? ZeroReason,
    int? ActiveLatents,
    long? NonZeros,
    IReadOnlyDictionary<string, MetricSummary>? Metrics)
{
    /// <summary>Tokens that the recipe or the dataset excludes; <see langword="null"/> where neither excludes any.</summary>
    public ExcludedSummary? Excluded { get; init; }
}

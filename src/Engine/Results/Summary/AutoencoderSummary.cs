using System.Text.Json.Serialization;

namespace AeServerless.Engine.Results.Summary;

/// <summary>How well an autoencoder does over a run, and its strongest latents.</summary>
/// <param name="Autoencoder">Its name.</param>
/// <param name="Layer">Its layer.</param>
/// <param name="Tokens">Tokens that count.</param>
/// <param name="NonFiniteTokens">Tokens left out because their input is NaN or infinite.</param>
/// <param name="ActiveLatents">L0: mean number of active latents of a token.</param>
/// <param name="MeanSquaredError">Mean squared reconstruction error of an element of the input.</param>
/// <param name="FractionOfVarianceUnexplained">Σ‖x − x̂‖² / Σ‖x − mean(x)‖²; <see langword="null"/> where the input never varies.</param>
/// <param name="InputNorm">Mean L2 norm of the input.</param>
/// <param name="RankedBy">
/// The scalar whose mean square ranks latents; <see langword="null"/> where there are no statistics of latents.
/// </param>
/// <param name="StrongestLatents">The strongest latents by mean square of that scalar over all tokens, equal ones by index.</param>
/// <param name="Absent">Why a figure is not there, by its name; <see langword="null"/> where all are.</param>
public sealed record AutoencoderSummary(
    string Autoencoder,
    int Layer,
    long Tokens,
    long NonFiniteTokens,
    double? ActiveLatents,
    double? MeanSquaredError,
    double? FractionOfVarianceUnexplained,
    double? InputNorm,
    string? RankedBy,
    IReadOnlyList<LatentSummary> StrongestLatents,
    IReadOnlyDictionary<string, string>? Absent = null)
{
    /// <summary>Tokens that the recipe or the dataset excludes; <see langword="null"/> where neither excludes any.</summary>
    public ExcludedSummary? Excluded { get; init; }

    /// <summary>The strongest latents as the report tells of them: more than <see cref="StrongestLatents"/>, each with more.</summary>
    [JsonIgnore]
    public IReadOnlyList<LatentSummary> Reported { get; init; } = [];

    /// <summary>All latents that had a value, the strongest first.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> ByStrength { get; init; } = [];

    /// <summary>What plots of all latents are made of; <see langword="null"/> where there are no statistics of latents.</summary>
    [JsonIgnore]
    public LatentDistribution? Distribution { get; init; }

    /// <summary>What its authors state; <see langword="null"/> where its files state neither figure.</summary>
    public PublishedFigures? Published { get; init; }
}

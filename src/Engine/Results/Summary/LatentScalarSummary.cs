using System.Text.Json.Serialization;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Summary;

/// <summary>One latent's moments in one scalar. Means are over all tokens that count, zeros among them.</summary>
/// <param name="Scalar">The scalar's name.</param>
/// <param name="Type">The scalar's type.</param>
/// <param name="Count">Tokens where the value is not zero.</param>
/// <param name="Frequency">Fraction of tokens where the value is not zero.</param>
/// <param name="Mean">Mean value.</param>
/// <param name="MeanSquare">Mean squared value.</param>
/// <param name="Max">The largest non-zero value; 0 where there is none.</param>
/// <param name="Min">The smallest non-zero value; 0 where there is none.</param>
/// <param name="Top">The largest values above zero.</param>
/// <param name="Bottom">The most negative values; empty for a scalar that is never negative.</param>
public sealed record LatentScalarSummary(
    string Scalar,
    string Type,
    long Count,
    double Frequency,
    double Mean,
    double MeanSquare,
    float Max,
    float Min,
    IReadOnlyList<ExampleSummary> Top,
    IReadOnlyList<ExampleSummary> Bottom)
{
    /// <summary>All its figures, which the report shows.</summary>
    [JsonIgnore]
    public LatentMoments Figures { get; init; }

    /// <summary>How often each bin of values above zero was met; empty where there are none. [bins]</summary>
    [JsonIgnore]
    public IReadOnlyList<long> Positive { get; init; } = [];

    /// <summary>The same of the magnitudes of values below zero. [bins]</summary>
    [JsonIgnore]
    public IReadOnlyList<long> Negative { get; init; } = [];

    /// <summary>A random sample of its values.</summary>
    [JsonIgnore]
    public IReadOnlyList<ExampleSummary> Random { get; init; } = [];
}

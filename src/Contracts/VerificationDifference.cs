using System.Text.Json.Serialization;

namespace AeServerless.Contracts;

/// <summary>Something stored that is not what it should be.</summary>
/// <param name="Name">The file in the container of results, or the input.</param>
/// <param name="Problem">What is different.</param>
public sealed record VerificationDifference(
    [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("problem")] string Problem);

namespace AeServerless.Formats.Golden;

/// <summary>How one case came out.</summary>
/// <param name="Case">The case's folder.</param>
/// <param name="Accept">Whether it was to be accepted; the others to be refused.</param>
/// <param name="Error">
/// The largest difference of latents and reconstructions from the expected ones, each relative to its row; 0 for refusals.
/// </param>
/// <param name="Problem">What is wrong; null where the case passed.</param>
/// <param name="Message">What a refusal said.</param>
public sealed record GoldenFormatResult(string Case, bool Accept, double Error, string? Problem, string? Message = null)
{
    /// <summary>Whether the case came out as it has to.</summary>
    public bool Passed => Problem is null;
}

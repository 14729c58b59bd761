using AeServerless.Engine.Results.Summary;

namespace AeServerless.Functions.Finishing;

/// <summary>How well an autoencoder did over the run, and how well its authors say that it does.</summary>
/// <param name="Autoencoder">Its name.</param>
/// <param name="Layer">Its layer.</param>
/// <param name="ActiveLatents">L0: mean number of active latents of a token.</param>
/// <param name="FractionOfVarianceUnexplained">Fraction of variance unexplained.</param>
/// <param name="Published">What its authors state, if its files hold it.</param>
public sealed record AutoencoderFigures(
    string Autoencoder, int Layer, double? ActiveLatents, double? FractionOfVarianceUnexplained, PublishedFigures? Published)
{
    /// <summary>The figures of a summary.</summary>
    public static AutoencoderFigures Of(AutoencoderSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return new AutoencoderFigures(
            summary.Autoencoder, summary.Layer, summary.ActiveLatents, summary.FractionOfVarianceUnexplained, summary.Published);
    }
}

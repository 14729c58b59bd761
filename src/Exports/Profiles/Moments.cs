namespace AeServerless.Exports.Profiles;

/// <summary>
/// Population moments of a latent over all tokens, zeros among them. Kurtosis is not the excess: a normal distribution has 3.
/// </summary>
/// <param name="Mean">Mean.</param>
/// <param name="Variance">Variance.</param>
/// <param name="Skewness">Third standardised moment; <see langword="null"/> where the latent never varies.</param>
/// <param name="Kurtosis">Fourth standardised moment; <see langword="null"/> where the latent never varies.</param>
internal sealed record Moments(double Mean, double Variance, double? Skewness, double? Kurtosis)
{
    public static Moments Of(LatentProfile profile)
    {
        double tokens = profile.Sequences.Tokens;
        var sum = 0.0;
        foreach (var value in profile.Values)
        {
            sum += value;
        }

        var mean = tokens > 0 ? sum / tokens : 0;
        // A second pass around the mean: sums of powers would cancel.
        var zeros = (double)profile.Zeros;
        var (second, third, fourth) = (zeros * mean * mean, -zeros * mean * mean * mean, zeros * mean * mean * mean * mean);
        foreach (var value in profile.Values)
        {
            var difference = value - mean;
            var square = difference * difference;
            second += square;
            third += square * difference;
            fourth += square * square;
        }

        var variance = tokens > 0 ? second / tokens : 0;
        return variance > 0
            ? new Moments(mean, variance, third / tokens / (variance * Math.Sqrt(variance)), fourth / tokens / (variance * variance))
            : new Moments(mean, variance, null, null);
    }
}

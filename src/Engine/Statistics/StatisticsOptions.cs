namespace AeServerless.Engine.Statistics;

/// <summary>What is kept for every latent.</summary>
public sealed record StatisticsOptions
{
    /// <summary>The largest number of examples a latent can keep of each sign.</summary>
    public const int MaxTopExamples = 1000;

    /// <summary>The largest number of random examples of a latent.</summary>
    public const int MaxRandomExamples = 1000;

    /// <summary>The most bands that a latent's values can be parted into.</summary>
    public const int MaxQuantileBands = 100;

    /// <summary>The largest number of random examples of a band.</summary>
    public const int MaxQuantileExamples = 100;

    /// <summary>The fewest bins: one below the range, one in it, one above.</summary>
    public const int MinHistogramBins = 3;

    /// <summary>The most bins a histogram can have.</summary>
    public const int MaxHistogramBins = 1024;

    /// <summary>The exponent of the smallest normal float32: histograms start there at the lowest.</summary>
    public const int LowestExponent = -126;

    /// <summary>The exponent of the largest float32: histograms end there at the highest.</summary>
    public const int HighestExponent = 127;

    /// <summary>How many examples are kept of the largest and as many of the most negative values. The default is 20.</summary>
    public int TopExamples { get; init; } = 20;

    /// <summary>How many examples are drawn at random of a latent's values. The default is 10.</summary>
    public int RandomExamples { get; init; } = 10;

    /// <summary>Into how many bands of equally many values a latent's values are parted, at edges of bins. The default is 5.</summary>
    public int QuantileBands { get; init; } = 5;

    /// <summary>How many examples are drawn at random of each band. The default is 3.</summary>
    public int QuantileExamples { get; init; } = 3;

    /// <summary>What draws depend on. The default is 0.</summary>
    public int Seed { get; init; }

    /// <summary>Bins of a histogram of one sign, the first and last of them open. The default is 50.</summary>
    public int HistogramBins { get; init; } = 50;

    /// <summary>The inner bins start at 2 to this power. The default is −20, about 1e-6.</summary>
    public int HistogramMinExponent { get; init; } = -20;

    /// <summary>The inner bins end at 2 to this power. The default is 12, 4096.</summary>
    public int HistogramMaxExponent { get; init; } = 12;
}

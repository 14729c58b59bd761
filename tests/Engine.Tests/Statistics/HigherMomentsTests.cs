using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using CsCheck;
using static AeServerless.Engine.Tests.Statistics.SmallStatistics;

namespace AeServerless.Engine.Tests.Statistics;

public sealed class HigherMomentsTests
{
    [Fact]
    public void Figures_EqualAPlainComputation() => Gen.Select(Gen.Float[-8, 8].Array[4, 300], Gen.Int[0, 40]).Sample((values, zeros) =>
    {
        var statistics = Of(values);
        statistics.AddTokens(zeros);

        var figures = LatentMoments.Compute(statistics[0], statistics.CountedTokens);

        double[] all = [.. values.Select(value => (double)value), .. new double[zeros]];
        var mean = all.Average();
        double Central(int power) => all.Average(value => Math.Pow(value - mean, power));
        if (Central(2) < 1e-3)
        {
            return;
        }

        Near(all.Average(Math.Abs), figures.MeanAbsolute);
        Near(Central(3) / Math.Pow(Central(2), 1.5), figures.Skewness);
        Near((Central(4) / Math.Pow(Central(2), 2)) - 3, figures.Kurtosis);
        var (positive, negative) = (values.Count(value => value > 0), values.Count(value => value < 0));
        Assert.Equal((double)Math.Max(positive, negative) / (positive + negative), figures.SignConsistency);
    });

    [Fact]
    public void EqualValues_HaveNeitherSkewnessNorKurtosis()
    {
        var figures = LatentMoments.Compute(Of([0.1f, 0.1f, 0.1f])[0], 3);

        Assert.True(double.IsNaN(figures.Skewness) && double.IsNaN(figures.Kurtosis));
        Assert.Equal(1, figures.SignConsistency);
    }

    [Fact]
    public void NearlyEqualValues_AreNotLostInRounding()
    {
        // 0, 0, 1 above a million: in float64 the powers of a million swallow them.
        var figures = LatentMoments.Compute(Of([1e6f, 1e6f, 1e6f + 1])[0], 3);

        Near(Math.Sqrt(0.5), figures.Skewness);
        Near(-1.5, figures.Kurtosis);
    }

    [Fact]
    public void ALatentWithoutValues_HasNoFigures()
    {
        var figures = LatentMoments.Compute(state: null, 10);

        Assert.Equal(0, figures.MeanAbsolute);
        Assert.True(double.IsNaN(figures.SignConsistency) && double.IsNaN(figures.Skewness) && double.IsNaN(figures.ErrorNormWhenActive));
    }

    [Fact]
    public void ErrorNorms_AreThoseOfTheTokensWithAValue() => Value.Array[1, 200].Sample(values =>
    {
        var statistics = new LatentStatistics(Width, Options);
        var tile = Tile(values, _ => 3);
        double[] norms = [.. Enumerable.Range(0, values.Length).Select(token => 0.1 * token)];

        statistics.Add(tile, new TokenColumns(Enumerable.Range(0, values.Length).Select(Place).ToArray(), new uint[values.Length], norms));

        var active = norms.Where((_, token) => float.IsFinite(values[token]) && values[token] != 0).ToArray();
        var found = LatentMoments.Compute(statistics[3], statistics.CountedTokens).ErrorNormWhenActive;
        Assert.Equal(active.Length == 0 ? double.NaN : active.Average(), found, 1e-12);
        Assert.True(statistics.HasErrorNorms);
    });

    private static LatentStatistics Of(float[] values)
    {
        var statistics = new LatentStatistics(Width, Options);
        statistics.Add(Tile(values, _ => 0), Enumerable.Range(0, values.Length).Select(Place).ToArray());
        return statistics;
    }

    private static void Near(double expected, double actual) => Assert.Equal(expected, actual, 1e-9 * (1 + Math.Abs(expected)));
}

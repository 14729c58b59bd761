using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using CsCheck;

namespace AeServerless.Engine.Tests.Statistics;

public sealed class AutoencoderStatisticsTests
{
    private const int Inputs = 19;
    private const int SequenceLength = 6;

    [Fact]
    public void Figures_EqualAPlainComputation() => Data(40, 0.1f, 3).Sample(data =>
    {
        var statistics = Add(data, 0, data.X.Length);

        var tokens = Enumerable.Range(0, data.X.Length).Where(t => !data.Bad[t]).ToArray();
        if (tokens.Length < 2)
        {
            return;
        }

        var mean = Enumerable.Range(0, Inputs).Select(i => tokens.Average(t => (double)data.X[t][i])).ToArray();
        var error = tokens.Sum(t => data.X[t].Zip(data.Y[t], (x, y) => Math.Pow(x - y, 2)).Sum());
        var variance = tokens.Sum(t => data.X[t].Select((x, i) => Math.Pow(x - mean[i], 2)).Sum());
        Assert.Equal(error / variance, statistics.FractionOfVarianceUnexplained, 1e-6 * (1 + (error / variance)));
        Assert.Equal(error / tokens.Length / Inputs, statistics.MeanSquaredError, 1e-5 * error);
        Assert.Equal(tokens.Average(t => Math.Sqrt(data.X[t].Sum(x => (double)x * x))), statistics.MeanInputNorm, 1e-4);
        Assert.Equal(tokens.Average(t => t % 4), statistics.MeanActiveLatents, 1e-12);
        Assert.Equal(data.X.Length - tokens.Length, statistics.Metrics.NonFiniteTokens);
        foreach (var position in tokens.GroupBy(t => t % SequenceLength))
        {
            Assert.Equal(position.Count(), statistics.Positions.Tokens[position.Key]);
            Assert.Equal(position.Average(t => t % 4), statistics.Positions.MeanActiveLatents(position.Key), 1e-12);
            Assert.Equal(
                position.Average(t => data.X[t].Zip(data.Y[t], (x, y) => Math.Pow(x - y, 2)).Average()),
                statistics.Positions.MeanSquaredError(position.Key, Inputs), 1e-9);
            Assert.Equal(
                position.Average(t => Math.Sqrt(data.X[t].Sum(x => (double)x * x))),
                statistics.Positions.MeanInputNorm(position.Key),
                1e-9);
        }
    });

    [Fact]
    public void LargeMean_DoesNotSwampTheVariance()
    {
        // Every element is 1000 ± 0.25: squares of 1e6 with a variance of 1/16.
        var x = Enumerable.Range(0, 64).Select(t => Enumerable.Repeat(t % 2 == 0 ? 999.75f : 1000.25f, Inputs).ToArray()).ToArray();
        var statistics = Add(new Rows(x, [.. x.Select(row => row.Select(v => v + 0.125f).ToArray())], new bool[64]), 0, 64);

        Assert.Equal(0.25, statistics.FractionOfVarianceUnexplained, 1e-9);
    }

    [Fact]
    public void ConstantInput_HasNoFraction()
    {
        var x = Enumerable.Repeat(Enumerable.Repeat(1f, Inputs).ToArray(), 4).ToArray();

        Assert.True(double.IsNaN(Add(new Rows(x, x, new bool[4]), 0, 4).FractionOfVarianceUnexplained));
    }

    [Fact]
    public void Chunking_ChangesNoBit() => Gen.Select(Data(60, 1e3f, 1e-3f), Gen.Int[0, 10], Gen.Int[1, 7]).Sample((data, cut, tile) =>
    {
        var at = Math.Min(cut * SequenceLength, data.X.Length);
        var whole = Add(data, 0, data.X.Length);
        var merged = Add(data, 0, at, tile);
        merged.Add(Add(data, at, data.X.Length, tile));

        Assert.Equal(whole.FractionOfVarianceUnexplained, merged.FractionOfVarianceUnexplained);
        Assert.Equal(whole.MeanSquaredError, merged.MeanSquaredError);
        Assert.Equal(whole.Metrics.Tokens, merged.Metrics.Tokens);
        Assert.Equal(whole.Positions.Tokens.ToArray(), merged.Positions.Tokens.ToArray());
        Assert.Equal(
            Enumerable.Range(0, whole.Positions.Count).Select(position => whole.Positions.MeanSquaredError(position, Inputs)),
            Enumerable.Range(0, merged.Positions.Count).Select(position => merged.Positions.MeanSquaredError(position, Inputs)));
        foreach (var (one, other) in new[]
        {
            (whole.Totals, merged.Totals), (whole.InputSquares, merged.InputSquares), (whole.InputSums, merged.InputSums),
        })
        {
            Assert.Equal(Enumerable.Range(0, one.Columns).Select(one.Integer), Enumerable.Range(0, one.Columns).Select(other.Integer));
        }
    });

    private static Gen<Rows> Data(int tokens, float offset, float scale) => Gen.Select(Gen.Int[0, tokens], Gen.Int).Select((count, seed) =>
    {
        var random = new Random(seed);
        var x = Enumerable.Range(0, count).Select(
            _ => Enumerable.Range(0, Inputs).Select(_ => offset + (scale * random.NextSingle())).ToArray()).ToArray();
        var y = x.Select(row => row.Select(v => v + (scale * 0.1f * (random.NextSingle() - 0.5f))).ToArray()).ToArray();
        return new Rows(x, y, [.. x.Select(_ => random.Next(10) == 0)]);
    });

    private static AutoencoderStatistics Add(Rows data, int first, int end, int tileTokens = 1000)
    {
        var statistics = new AutoencoderStatistics(Inputs, new StatisticsOptions());
        for (var start = first; start < end; start += tileTokens)
        {
            var tokens = Enumerable.Range(start, Math.Min(tileTokens, end - start)).ToArray();
            var tile = new TokenMetricsTile(tokens.Length, Inputs)
            {
                ActiveLatents = tokens.Select(t => data.Bad[t] ? 0 : t % 4).ToArray(),
                InputSquaredNorms = tokens.Select(t => data.Bad[t] ? 0 : data.X[t].Sum(x => (double)x * x)).ToArray(),
                ErrorSquaredNorms =
                    tokens.Select(t => data.Bad[t] ? 0 : data.X[t].Zip(data.Y[t], (x, y) => Math.Pow(x - y, 2)).Sum()).ToArray(),
                NonFinite = tokens.Select(t => data.Bad[t]).ToArray(),
                Inputs = tokens.SelectMany(t => data.Bad[t] ? new float[Inputs] : data.X[t]).ToArray(),
            };
            statistics.Add(tile, tokens.Select(t => new TokenPlace(t / SequenceLength, t % SequenceLength, -1)).ToArray());
        }

        return statistics;
    }

    private sealed record Rows(float[][] X, float[][] Y, bool[] Bad);
}

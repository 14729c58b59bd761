using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using CsCheck;

namespace AeServerless.Engine.Tests.Statistics;

/// <summary>Statistics of few latents, whose values are made up, and how two of them are compared.</summary>
internal static class SmallStatistics
{
    public const int Width = 7;

    public static readonly StatisticsOptions Options =
        new() { TopExamples = 3, HistogramBins = 6, HistogramMinExponent = -2, HistogramMaxExponent = 2 };

    /// <summary>Few distinct values, so that ties and zeros are common, and some that are not finite.</summary>
    public static readonly Gen<float> Value = Gen.OneOf(
        Gen.Int[-3, 3].Select(i => i / 2f), Gen.Float[-100, 100], Gen.Const(float.NaN), Gen.Const(float.PositiveInfinity));

    public static SparseLatents Tile(float[] values, Func<int, int> latent)
    {
        var tile = new SparseLatents();
        tile.Set([.. Enumerable.Range(0, values.Length + 1)], [.. Enumerable.Range(0, values.Length).Select(latent)], values);
        return tile;
    }

    public static void AssertSame(LatentStatistics expected, LatentStatistics actual)
    {
        Assert.Equal(expected.Width, actual.Width);
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.Equal(expected.NonFiniteValues, actual.NonFiniteValues);
        for (var latent = 0; latent < expected.Width; latent++)
        {
            var (left, right) = (expected[latent], actual[latent]);
            Assert.Equal(left is null, right is null);
            left?.Normalise();
            right?.Normalise();
            Assert.Equal(left?.Count, right?.Count);
            Assert.Equal((left?.Max, left?.Min), (right?.Max, right?.Min));
            Assert.Equal(left?.Sum.ToArray(), right?.Sum.ToArray());
            Assert.Equal(left?.Squares.ToArray(), right?.Squares.ToArray());
            Assert.Equal(LimbsOf(left), LimbsOf(right));
            Assert.Equal(DrawnOf(left), DrawnOf(right));
            Assert.Equal(BinsOf(left?.Positive), BinsOf(right?.Positive));
            Assert.Equal(BinsOf(left?.Negative), BinsOf(right?.Negative));
            Assert.Equal(ExamplesOf(left?.Positive), ExamplesOf(right?.Positive));
            Assert.Equal(ExamplesOf(left?.Negative), ExamplesOf(right?.Negative));
        }
    }

    /// <summary>All sums but the first two, each as its lowest limb's index and its limbs.</summary>
    private static long[][] LimbsOf(LatentState? state) => state is null
        ? []
        : [LimbsOf(state.Negatives), LimbsOf(state.Cubes), LimbsOf(state.Fourths), LimbsOf(state.ErrorNorms)];

    private static long[] LimbsOf(in WindowedSum sum)
    {
        var limbs = sum.Limbs(out var first);
        return [first, .. limbs];
    }

    private static DrawnExample[] DrawnOf(LatentState? state) => state is null
        ? []
        : [
            .. state.Drawn.All.ToArray(),
            .. Enumerable.Range(0, state.Drawn.Bins).SelectMany(bin => state.Drawn.OfBin(bin).ToArray()),
        ];

    public static long[] BinsOf(SignedState? state) => state is null ? [] : state.Bins.ToArray();

    public static TopExample[] ExamplesOf(SignedState? state) => state is null ? [] : state.Examples.All.ToArray();

    public static TokenPlace Place(int token) => new(token / 5, token % 5, 100 + token);
}

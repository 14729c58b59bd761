using System.Numerics;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.IO;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results.Chunks;
using AeServerless.Engine.Results.Merging;
using AeServerless.Engine.Results.Summary;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tests.Fixtures;
using AeServerless.TestSupport;
using CsCheck;

namespace AeServerless.Engine.Tests.Results.Summary;

/// <summary>Every figure of a summary against whole-number arithmetic, at the edges of float32.</summary>
public sealed class ExactFiguresTests
{
    private const int Width = 5;

    // Every float32 is a multiple of 2^−149.
    private const int Unit = 149;

    private static readonly AutoencoderKey Autoencoder = new("mlp", 0);
    private static readonly DerivedOutput Latent = new("latent", 0, "mlp_autoencoder_latent", DerivedShape.Latents, Width, 0, Autoencoder);
    private static readonly DerivedOutput Error =
        new("error", 0, "online_mlp_autoencoder_error", DerivedShape.Neurons, Width, 0, Autoencoder);

    private static readonly Gen<float> Element = Gen.OneOf(
        Gen.Float[-1, 1],
        Gen.Const(1e4f),
        Gen.Int[-2, 2].Select(ulps => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(1e4f) + ulps)),
        Gen.Float[1e19f, 3e38f],
        Gen.Float[-3e38f, -1e19f],
        Gen.Int[0, 40].Select(bits => BitConverter.Int32BitsToSingle(bits)),
        Gen.Const(0f));

    private static readonly Gen<float[][]> Rows = Gen.OneOf(
        Element.Array[Width].Array[1, 9],
        Gen.Select(Element.Array[Width], Gen.Int[1, 9]).Select((row, count) => Enumerable.Repeat(row, count).ToArray()),
        Gen.Int[-1, 1].Select(ulps => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(1e4f) + ulps)).Array[Width].Array[2, 9],
        Gen.Int[0, 9].Select(bits => BitConverter.Int32BitsToSingle(bits)).Array[Width].Array[1, 9]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void EveryFigure_EqualsExactArithmeticOrIsAbsentWithItsReason() =>
        Gen.Select(Rows, Gen.Int[0, 9]).Sample(
            (rows, cut) => CheckAsync(rows, cut % (rows.Length + 1)).GetAwaiter().GetResult(), iter: 300);

    [Theory]
    [InlineData(1e4f)]
    [InlineData(1e19f)]
    [InlineData(3e38f)]
    [InlineData(1e-45f)]
    [InlineData(0.1f)]
    public async Task RowsThatAreAllEqual_HaveNothingToExplain(float value)
    {
        var summary = await CheckAsync([.. Enumerable.Repeat(Enumerable.Repeat(value, Width).ToArray(), 7)], 3);

        Assert.Null(summary.Autoencoders[0].FractionOfVarianceUnexplained);
        Assert.StartsWith("none to explain", summary.Autoencoders[0].Absent!["fractionOfVarianceUnexplained"], StringComparison.Ordinal);
        Assert.Equal(0, summary.Scalars.Single(scalar => scalar.Scalar == "error").Metrics!["l2_norm"].StandardDeviation);
    }

    /// <summary>The rows stand for the input, the errors, and the latents.</summary>
    private static async Task<RunSummary> CheckAsync(float[][] rows, int cut)
    {
        using var folder = new TemporaryFolder();
        var merged = new ResultDirectory(folder.File("merged"));
        var parts = new List<IResultSource>();
        foreach (var (first, part) in new[] { (0, rows[..cut]), (cut, rows[cut..]) }.Where(part => part.Item2.Length > 0))
        {
            parts.Add(await WriteAsync(folder.File($"part{first}"), first, part));
        }

        await ResultMerger.MergeAsync(parts, merged, Cancellation);
        var options =
            new SummaryOptions { Dataset = "demo", Shards = [new ShardReference("a", rows.Length, rows.Length)], StrongestLatents = Width };
        var written =
            await RunSummaryWriter.WriteAsync(merged, options, new ResultDirectory(folder.File("run")), Cancellation);
        var summary = RunSummary.Parse(written.ToJson(), "summary.json");
        CheckAutoencoder(rows, summary.Autoencoders.Single());
        CheckLatents(rows, summary.Autoencoders.Single().StrongestLatents);
        CheckMetrics(rows, summary.Scalars.Single(scalar => scalar.Scalar == "error").Metrics!);
        return summary;
    }

    private static void CheckAutoencoder(float[][] rows, AutoencoderSummary summary)
    {
        var count = new BigInteger(rows.Length);
        var squares = Sum(rows.Select(SquaredNorm));
        var sums = Enumerable.Range(0, Width).Select(column => Sum(rows.Select(row => Exact(row[column]))));
        var variance = (count * squares) - Sum(sums.Select(sum => sum * sum));
        Near(Sum(rows.Select(row => new BigInteger(row.Count(x => x != 0)))), count, 0, summary.ActiveLatents);
        Near(squares, count * Width, -2 * Unit, summary.MeanSquaredError);
        Near(Sum(rows.Select(Norm)), count, -2 * Unit, summary.InputNorm);
        if (variance.IsZero)
        {
            Assert.Null(summary.FractionOfVarianceUnexplained);
            Assert.Contains("fractionOfVarianceUnexplained", summary.Absent!.Keys);
            return;
        }

        Near(count * squares, variance, 0, summary.FractionOfVarianceUnexplained);
    }

    private static void CheckLatents(float[][] rows, IReadOnlyList<LatentSummary> latents)
    {
        foreach (var latent in latents)
        {
            var values = rows.Select(row => row[latent.Latent]).ToArray();
            var scalar = latent.Scalars.Single();
            Assert.Equal(values.Count(value => value != 0), scalar.Count);
            Near(Sum(values.Select(Exact)), values.Length, -Unit, scalar.Mean);
            Near(Sum(values.Select(value => Exact(value) * Exact(value))), values.Length, -2 * Unit, scalar.MeanSquare);
            Near(scalar.Count, values.Length, 0, scalar.Frequency);
            Assert.Equal(values.Where(value => value != 0).Max(), scalar.Max);
            Assert.Equal(values.Where(value => value != 0).Min(), scalar.Min);
        }
    }

    private static void CheckMetrics(float[][] rows, IReadOnlyDictionary<string, MetricSummary> metrics)
    {
        Check([.. rows.Select(Norm)], -2 * Unit, metrics["l2_norm"]);
        Check([.. rows.Select(row => Sum(row.Select(Exact)))], -Unit, metrics["sum"]);

        static void Check(BigInteger[] values, int exponent, MetricSummary metric)
        {
            var count = new BigInteger(values.Length);
            BigInteger[] some = [.. values.Where(value => !value.IsZero).DefaultIfEmpty()];
            Near(Sum(values), count, exponent, metric.Mean);
            Near(some.Max(), 1, exponent, metric.Max);
            Near(some.Min(), 1, exponent, metric.Min);
            if (metric.StandardDeviation is not { } deviation)
            {
                Assert.Contains("standardDeviation", metric.Absent!.Keys);
                return;
            }

            var variance = (count * Sum(values.Select(value => value * value))) - (Sum(values) * Sum(values));
            Near(Root(variance << 200), count, exponent - 100, deviation);
        }
    }

    private static async Task<ResultDirectory> WriteAsync(string folder, int first, float[][] rows)
    {
        var directory = new ResultDirectory(folder);
        using var writer =
            new ChunkResultWriter([Latent, Error], new StatisticsOptions(), RecipeOutputs.Statistics, TestEngine.WithThreads(1));
        writer.Prepare(default);
        writer.Begin(new ChunkRange(0, first, rows.Length, first, [.. rows.Select(_ => 1)]));
        var tile = new SparseLatents();
        var pairs =
            rows.SelectMany(row => Enumerable.Range(0, Width).Where(i => row[i] != 0).Select(i => (Latent: i, Value: row[i]))).ToArray();
        int[] active = [.. rows.Select(row => row.Count(x => x != 0))];
        tile.Set(
            [.. Enumerable.Range(0, rows.Length + 1).Select(row => active[..row].Sum())],
            [.. pairs.Select(pair => pair.Latent)],
            [.. pairs.Select(pair => pair.Value)]);
        double[] squares = [.. rows.Select(row => FixedOrder.SquaredNorm(row))];
        writer.Sparse(Latent, 0, tile);
        writer.Dense(Error, 0, rows.Length, rows.SelectMany(row => row).ToArray());
        writer.Tokens(Autoencoder, 0, new TokenMetricsTile(rows.Length, Width)
        {
            ActiveLatents = active,
            InputSquaredNorms = squares,
            ErrorSquaredNorms = squares,
            NonFinite = new bool[rows.Length],
            Inputs = rows.SelectMany(row => row).ToArray(),
        });
        await writer.CompleteAsync(directory, Cancellation);
        return directory;
    }

    private static BigInteger Exact(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        var exponent = (bits >> 23) & 0xFF;
        var mantissa = new BigInteger(exponent == 0 ? bits & 0x7FFFFF : (bits & 0x7FFFFF) | 0x800000);
        return (value < 0 ? -mantissa : mantissa) << Math.Max(exponent - 1, 0);
    }

    private static BigInteger SquaredNorm(float[] row) => Sum(row.Select(x => Exact(x) * Exact(x)));

    /// <summary>A row's norm in units of 2^−298: 149 binary places more than its elements have.</summary>
    private static BigInteger Norm(float[] row) => Root(SquaredNorm(row) << (2 * Unit));

    private static BigInteger Sum(IEnumerable<BigInteger> numbers) => numbers.Aggregate(BigInteger.Zero, (sum, number) => sum + number);

    /// <summary>The whole part of a square root.</summary>
    private static BigInteger Root(BigInteger number)
    {
        if (number.IsZero)
        {
            return number;
        }

        for (var root = BigInteger.One << (int)((number.GetBitLength() + 1) / 2); ;)
        {
            var next = (root + (number / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    /// <summary>|actual − numerator / denominator · 2^exponent| is within 1e-6 of it, in whole numbers.</summary>
    private static void Near(BigInteger numerator, BigInteger denominator, int exponent, double? actual)
    {
        var bits = BitConverter.DoubleToInt64Bits(Assert.NotNull(actual));
        var power = (int)(bits >> 52) & 0x7FF;
        var mantissa = new BigInteger(power == 0 ? bits & ((1L << 52) - 1) : (bits & ((1L << 52) - 1)) | (1L << 52));
        var is64 = (bits < 0 ? -mantissa : mantissa) << Math.Max(power - 1, 0);
        var expected = numerator << (1074 + exponent);
        var difference = BigInteger.Abs((is64 * denominator) - expected);
        Assert.True(
            difference * 1_000_000 <= BigInteger.Abs(expected), $"{actual:R} is not {ExactSum.Divide(numerator, denominator, exponent):R}");
    }
}

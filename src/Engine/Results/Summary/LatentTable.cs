using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Summary;

/// <summary>
/// A scalar's statistics as people and notebooks read them: a row for every latent, with those that never had a value. Rows are made block
/// by block as they are written.
/// </summary>
internal static class LatentTable
{
    private const int BlockRows = 4096;

    // Stands in an empty place of a list.
    private static readonly TopExample None = new(float.NaN, new TokenPlace(-1, -1, -1));

    private delegate void Fill<T>(int latent, Span<T> row);

    private delegate ReadOnlySpan<TopExample> ExamplesOf(int latent);

    public static void Add(TensorSet tensors, ScalarStatistics scalar, SequenceIndex sequences)
    {
        var (statistics, moments) = (scalar.Statistics, scalar.Moments);
        var negative = Enumerable.Range(0, statistics.Width).Any(latent => statistics[latent]?.Negative.Bins.Length > 0);
        AddLongs(tensors, "count", moments.Length, [], (latent, row) => row[0] = moments[latent].Count);
        AddDoubles(tensors, "frequency", moments.Length, latent => moments[latent].Frequency);
        AddDoubles(tensors, "mean", moments.Length, latent => moments[latent].Mean);
        AddDoubles(tensors, "mean_square", moments.Length, latent => moments[latent].MeanSquare);
        AddDoubles(tensors, "variance", moments.Length, latent => moments[latent].Variance);
        AddDoubles(tensors, "standard_deviation", moments.Length, latent => moments[latent].StandardDeviation);
        AddDoubles(tensors, "mean_absolute", moments.Length, latent => moments[latent].MeanAbsolute);
        AddDoubles(tensors, "sign_consistency", moments.Length, latent => moments[latent].SignConsistency);
        AddDoubles(tensors, "skewness", moments.Length, latent => moments[latent].Skewness);
        AddDoubles(tensors, "kurtosis", moments.Length, latent => moments[latent].Kurtosis);
        if (statistics.HasErrorNorms)
        {
            AddDoubles(tensors, "error_norm_when_active", moments.Length, latent => moments[latent].ErrorNormWhenActive);
        }

        AddFloats(tensors, "max", moments.Length, [], (latent, row) => row[0] = moments[latent].Max);
        AddFloats(tensors, "min", moments.Length, [], (latent, row) => row[0] = moments[latent].Min);
        tensors.Add("histogram_edges", statistics.Histogram.Edges);
        AddBins(tensors, "histogram_positive", statistics, state => state.Positive);
        AddExamples(tensors, "top", statistics, sequences, latent => Examples(statistics[latent]?.Positive));
        if (negative)
        {
            AddBins(tensors, "histogram_negative", statistics, state => state.Negative);
            AddExamples(tensors, "bottom", statistics, sequences, latent => Examples(statistics[latent]?.Negative));
            var either = new ExampleList?[statistics.Width];
            AddExamples(tensors, "magnitude", statistics, sequences, latent => (either[latent] ??= OfEitherSign(statistics, latent)).All);
        }

        AddDrawn(tensors, statistics, sequences);
    }

    /// <summary>Random examples of all values, and of each band.</summary>
    private static void AddDrawn(TensorSet tensors, LatentStatistics statistics, SequenceIndex sequences)
    {
        var options = statistics.Options;
        if (options.RandomExamples > 0)
        {
            TopExample[] Random(int latent) =>
                statistics[latent] is { } state ? [.. QuantileBands.InOrder(state.Drawn.All.ToArray()).Select(AsExample)] : [];
            var random = new TopExample[]?[statistics.Width];
            AddExamples(
                tensors, "random", statistics, sequences, [options.RandomExamples], latent => random[latent] ??= Random(latent));
        }

        if (options.QuantileExamples > 0)
        {
            QuantileBands? Bands(int latent) =>
                statistics[latent] is { } state ? new QuantileBands(state, options, statistics.Histogram) : null;
            TopExample[] OfBands(int latent) => Bands(latent) is { } bands
                ? [.. bands.Examples(statistics[latent]!.Drawn).SelectMany(band => Padded(band, options.QuantileExamples))]
                : [];
            AddFloats(tensors, "quantile_edges", statistics.Width, [options.QuantileBands + 1], (latent, row) =>
            {
                row.Fill(float.NaN);
                Bands(latent)?.Edges.CopyTo(row);
            });
            var ofBands = new TopExample[]?[statistics.Width];
            AddExamples(
                tensors, "quantile", statistics, sequences, [options.QuantileBands, options.QuantileExamples],
                latent => ofBands[latent] ??= OfBands(latent));
        }
    }

    private static TopExample AsExample(DrawnExample drawn) => new(drawn.Value, drawn.Place);

    private static IEnumerable<TopExample> Padded(DrawnExample[] band, int count) =>
        band.Select(AsExample).Concat(Enumerable.Repeat(None, count - band.Length));

    private static ReadOnlySpan<TopExample> Examples(SignedState? state) => state is null ? [] : state.Examples.All;

    /// <summary>The strongest of either sign: they are among the strongest of each.</summary>
    private static ExampleList OfEitherSign(LatentStatistics statistics, int latent)
    {
        var strongest = new ExampleList(statistics.Options.TopExamples);
        strongest.Merge(Examples(statistics[latent]?.Positive));
        strongest.Merge(Examples(statistics[latent]?.Negative));
        return strongest;
    }

    private static void AddBins(TensorSet tensors, string name, LatentStatistics statistics, Func<LatentState, SignedState> side) =>
        AddLongs(tensors, name, statistics.Width, [statistics.Histogram.Bins], (latent, row) =>
        {
            row.Clear();
            if (statistics[latent] is { } state)
            {
                side(state).Bins.CopyTo(row);
            }
        });

    private static void AddExamples(
        TensorSet tensors, string name, LatentStatistics statistics, SequenceIndex sequences, ExamplesOf examples)
    {
        if (statistics.Options.TopExamples > 0)
        {
            AddExamples(tensors, name, statistics, sequences, [statistics.Options.TopExamples], examples);
        }
    }

    private static void AddExamples(
        TensorSet tensors, string name, LatentStatistics statistics, SequenceIndex sequences, int[] shape, ExamplesOf examples)
    {
        var latents = statistics.Width;

        Fill<T> Row<T>(T none, Func<TopExample, T> value) => (latent, row) =>
        {
            row.Fill(none);
            var found = examples(latent);
            for (var i = 0; i < found.Length; i++)
            {
                row[i] = value(found[i]);
            }
        };

        (int Shard, int Sequence) Find(in TopExample example) =>
            example.Place.Sequence < 0 ? (-1, -1) : sequences.Find(example.Place.Sequence);
        AddFloats(tensors, $"{name}_values", latents, shape, Row(float.NaN, example => example.Value));
        AddLongs(tensors, $"{name}_sequences", latents, shape, Row(-1L, example => example.Place.Sequence));
        AddInts(tensors, $"{name}_shards", latents, shape, Row(-1, example => Find(example).Shard));
        AddInts(tensors, $"{name}_shard_sequences", latents, shape, Row(-1, example => Find(example).Sequence));
        AddInts(tensors, $"{name}_positions", latents, shape, Row(-1, example => example.Place.Position));
        AddInts(tensors, $"{name}_tokens", latents, shape, Row(-1, example => example.Place.Token));
    }

    private static void AddDoubles(TensorSet tensors, string name, int latents, Func<int, double> value) => tensors.Add(
        name, TensorDtype.F64, [latents], (writer, cancellation) =>
            WriteAsync<double>(latents, 1, (latent, row) => row[0] = value(latent), writer.WriteAsync, cancellation));

    private static void AddFloats(TensorSet tensors, string name, int latents, int[] row, Fill<float> fill) => tensors.Add(
        name, TensorDtype.F32, Shape(latents, row), (writer, cancellation) =>
            WriteAsync(latents, Width(row), fill, writer.WriteAsync, cancellation));

    private static void AddInts(TensorSet tensors, string name, int latents, int[] row, Fill<int> fill) => tensors.Add(
        name, TensorDtype.I32, Shape(latents, row), (writer, cancellation) =>
            WriteAsync(latents, Width(row), fill, writer.WriteAsync, cancellation));

    private static void AddLongs(TensorSet tensors, string name, int latents, int[] row, Fill<long> fill) => tensors.Add(
        name, TensorDtype.I64, Shape(latents, row), (writer, cancellation) =>
            WriteAsync(latents, Width(row), fill, writer.WriteAsync, cancellation));

    private static long[] Shape(int latents, int[] row) => [latents, .. row];

    private static int Width(int[] row) => row.Aggregate(1, (product, length) => product * length);

    private static async Task WriteAsync<T>(
        int latents, int width, Fill<T> fill, Func<ReadOnlyMemory<T>, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var block = new T[Math.Min(BlockRows, latents) * width];
        for (var first = 0; first < latents; first += BlockRows)
        {
            var rows = Math.Min(BlockRows, latents - first);
            for (var row = 0; row < rows; row++)
            {
                fill(first + row, block.AsSpan(row * width, width));
            }

            await write(block.AsMemory(0, rows * width), cancellationToken);
        }
    }
}

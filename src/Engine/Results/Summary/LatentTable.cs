using AeServerless.Engine.IO;
using AeServerless.Engine.Results.Tables;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Summary;

/// <summary>
/// A scalar's statistics as people and notebooks read them: a row for every latent, with those that never had a value. Rows are made block
/// by block as they are written.
/// </summary>
internal static class LatentTable
{
    private const int BlockRows = 4096;

    private delegate void Fill<T>(int latent, Span<T> row);

    public static void Add(TensorSet tensors, ScalarStatistics scalar, SequenceIndex sequences)
    {
        var (rows, moments) = (scalar.Rows, scalar.Moments);
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
        if (rows.HasErrorNorms)
        {
            AddDoubles(tensors, "error_norm_when_active", moments.Length, latent => moments[latent].ErrorNormWhenActive);
        }

        AddFloats(tensors, "max", moments.Length, [], (latent, row) => row[0] = moments[latent].Max);
        AddFloats(tensors, "min", moments.Length, [], (latent, row) => row[0] = moments[latent].Min);
        tensors.Add("histogram_edges", rows.Histogram.Edges);
        AddBins(tensors, "histogram_positive", rows, rows.Positive);
        var (lists, options) = (new ExampleLists(rows), rows.Options);
        PlacedValues[] strongest = [rows.Top.All, rows.Bottom.All];
        void AddList(string name, int[] list, PlacedValues[] examples, params int[] shape)
        {
            // No tensor without elements.
            if (list.Length > 0)
            {
                AddExamples(tensors, name, rows.Width, sequences, shape, list, examples);
            }
        }

        AddList("top", lists.Top, strongest, options.TopExamples);
        if (rows.Negative.Any)
        {
            AddBins(tensors, "histogram_negative", rows, rows.Negative);
            AddList("bottom", lists.Bottom, strongest, options.TopExamples);
            AddList("magnitude", lists.Magnitude, strongest, options.TopExamples);
        }

        AddList("random", lists.Random, [rows.Random.All], options.RandomExamples);
        if (lists.Edges.Length > 0)
        {
            AddFloats(
                tensors, "quantile_edges", rows.Width, [options.QuantileBands + 1],
                (latent, row) => lists.Edges.AsSpan(latent * row.Length, row.Length).CopyTo(row));
        }

        AddList("quantile", lists.Quantile, [rows.Drawn.All], options.QuantileBands, options.QuantileExamples);
    }

    private static void AddBins(TensorSet tensors, string name, LatentRows rows, BinTensors bins) =>
        AddLongs(tensors, name, rows.Width, [rows.Histogram.Bins], (latent, counts) =>
        {
            counts.Clear();
            if (rows.TryGetRow(latent, out var row))
            {
                bins.CopyTo(counts, row);
            }
        });

    /// <param name="tensors">The table.</param>
    /// <param name="name">What the columns' names start with.</param>
    /// <param name="latents">Number of latents.</param>
    /// <param name="sequences">In which shard a sequence is.</param>
    /// <param name="shape">The shape of a latent's list.</param>
    /// <param name="list">Indices of examples, see <see cref="ExampleLists"/>. [latents, shape]</param>
    /// <param name="examples">The examples; those of the second count on from those of the first.</param>
    private static void AddExamples(
        TensorSet tensors, string name, int latents, SequenceIndex sequences, int[] shape, int[] list, PlacedValues[] examples)
    {
        Fill<T> Row<T>(T none, Func<PlacedValues, int, T> value) => (latent, row) =>
        {
            var listed = list.AsSpan(latent * row.Length, row.Length);
            for (var i = 0; i < row.Length; i++)
            {
                var index = listed[i];
                row[i] = index < 0 ? none : index < examples[0].Count ? value(examples[0], index)
                    : value(examples[1], index - examples[0].Count);
            }
        };

        AddFloats(tensors, $"{name}_values", latents, shape, Row(float.NaN, (from, index) => from.Values[index]));
        AddLongs(tensors, $"{name}_sequences", latents, shape, Row(-1L, (from, index) => from.Sequences[index]));
        AddInts(tensors, $"{name}_shards", latents, shape, Row(-1, (from, index) => sequences.Find(from.Sequences[index]).Shard));
        AddInts(
            tensors, $"{name}_shard_sequences", latents, shape, Row(-1, (from, index) => sequences.Find(from.Sequences[index]).Sequence));
        AddInts(tensors, $"{name}_positions", latents, shape, Row(-1, (from, index) => (int)from.Positions[index]));
        AddInts(tensors, $"{name}_tokens", latents, shape, Row(-1, (from, index) => (int)from.Tokens[index]));
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
        var block = LargeArrays<T>.Pool.Rent(Math.Min(BlockRows, latents) * width);
        try
        {
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
        finally
        {
            LargeArrays<T>.Pool.Return(block);
        }
    }
}

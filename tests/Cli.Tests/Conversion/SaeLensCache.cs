using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using ParquetSharp.Arrow;

namespace AeServerless.Cli.Tests.Conversion;

/// <summary>
/// Record batches of the schema that SAELens' CacheActivationsRunner gives Hugging Face's datasets: a column named after the hook, an
/// Array2D stored as a list of lists, and <c>token_ids</c>, a list of fixed size.
/// </summary>
internal static class SaeLensCache
{
    public const string Hook = "blocks.2.mlp.hook_post";
    public const int Context = 4;
    public const int Width = 3;

    private const string Info =
        """{"info": {"features": {"blocks.2.mlp.hook_post": {"shape": [4, 3], "dtype": "float32", "_type": "Array2D"}}}}""";

    /// <summary>Rows of two columns that no tool would mistake, and the two of SAELens.</summary>
    public static RecordBatch Batch(int[] ids, float[] values, IReadOnlyList<int>? lengths = null, bool half = false, int nulls = 0)
    {
        var rows = ids.Length / Context;
        var inner = lengths ?? [.. Enumerable.Repeat(Width, ids.Length)];
        var bytes = new ArrowBuffer(
            half ? ConvertedFolder.Bytes(values.Select(value => (Half)value)) : ConvertedFolder.Bytes<float>(values));
        IArrowArray numbers = half
            ? new HalfFloatArray(bytes, ArrowBuffer.Empty, values.Length, 0, 0)
            : new FloatArray(bytes, ArrowBuffer.Empty, values.Length, 0, 0);
        var vectors = List(numbers, Offsets(inner));
        var hook = List(vectors, Offsets([.. Enumerable.Repeat(Context, rows)]), nulls);
        var tokens = new FixedSizeListArray(
            new FixedSizeListType(new Field("item", Int32Type.Default, nullable: true), Context),
            rows,
            new Int32Array(new ArrowBuffer(ConvertedFolder.Bytes<int>(ids)), ArrowBuffer.Empty, ids.Length, 0, 0),
            ArrowBuffer.Empty,
            nullCount: 0);
        var texts = new StringArray.Builder().AppendRange(Enumerable.Repeat("text", rows)).Build();
        var extension = new Dictionary<string, string>
        {
            ["ARROW:extension:name"] = "datasets.features.features.Array2DExtensionType",
            ["ARROW:extension:metadata"] = "[[4, 3], \"float32\"]",
        };
        var schema = new Schema(
        [
            new Field("text", StringType.Default, nullable: true),
            new Field(Hook, hook.Data.DataType, nullable: true, extension),
            new Field("token_ids", tokens.Data.DataType, nullable: true),
        ], new Dictionary<string, string> { ["huggingface"] = Info });
        return new RecordBatch(schema, [texts, hook, tokens], rows);
    }

    public static byte[] Stream(params IReadOnlyList<RecordBatch> batches) =>
        Write(stream => new ArrowStreamWriter(stream, batches[0].Schema, leaveOpen: true), batches);

    public static byte[] File(params IReadOnlyList<RecordBatch> batches) =>
        Write(stream => new ArrowFileWriter(stream, batches[0].Schema, leaveOpen: true), batches);

    /// <summary>A Parquet file with a row group for each batch, as <c>push_to_hub</c> makes them.</summary>
    public static byte[] Parquet(params IReadOnlyList<RecordBatch> batches)
    {
        using var stream = new MemoryStream();
        using (var writer = new FileWriter(stream, batches[0].Schema, leaveOpen: true))
        {
            foreach (var batch in batches)
            {
                writer.WriteRecordBatch(batch);
            }

            writer.Close();
        }

        return stream.ToArray();
    }

    public static string State(params IEnumerable<string> files)
    {
        var names = string.Join(", ", files.Select(file => $$"""{"filename": "{{file}}"}"""));
        return $$"""{"_data_files": [{{names}}], "_fingerprint": "0", "_format_columns": null, "_split": null}""";
    }

    private static byte[] Write(Func<Stream, ArrowStreamWriter> open, IReadOnlyList<RecordBatch> batches)
    {
        using var stream = new MemoryStream();
        using (var writer = open(stream))
        {
            foreach (var batch in batches)
            {
                writer.WriteRecordBatch(batch);
            }

            writer.WriteEnd();
        }

        return stream.ToArray();
    }

    private static ListArray List(IArrowArray values, int[] offsets, int nulls = 0)
    {
        var rows = offsets.Length - 1;
        var valid = nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(new byte[] { (byte)((1 << rows) - 1 - ((1 << nulls) - 1)) });
        return new ListArray(
            new ListType(new Field("item", values.Data.DataType, nullable: true)),
            rows,
            new ArrowBuffer(ConvertedFolder.Bytes<int>(offsets)),
            values,
            valid,
            nulls);
    }

    private static int[] Offsets(IReadOnlyList<int> lengths)
    {
        var offsets = new int[lengths.Count + 1];
        for (var i = 0; i < lengths.Count; i++)
        {
            offsets[i + 1] = offsets[i] + lengths[i];
        }

        return offsets;
    }
}

using AeServerless.Exports.Formats.Parquet;
using AeServerless.Exports.Sessions;
using ParquetSharp;

namespace AeServerless.Exports.Checking;

/// <summary>Compares the table of values with one that PyArrow wrote, by the columns that both have; and how it is laid out.</summary>
internal sealed class TableChecks(string directory, GoldenWorkspace workspace, GoldenInput input)
{
    public async Task<GoldenCount> CheckAsync(CancellationToken cancellationToken)
    {
        var comparison = new Comparison("latents.parquet");
        var run = await workspace.RunAsync(input, layer: 1, cancellationToken);
        var export = await workspace.ExportAsync(new ParquetFormat(), run, new ExportOptions(), cancellationToken);
        var made = Directory.EnumerateFiles(Path.Combine(export, "latents"), "*.parquet", SearchOption.AllDirectories).Single();
        using var expected = new ParquetFileReader(Path.Combine(directory, "latents.parquet"));
        using var actual = new ParquetFileReader(made);
        foreach (var name in Names(expected).Intersect(Names(actual)))
        {
            comparison.Equal<double>(name, Read(expected, name), Read(actual, name));
        }

        CheckLayout(comparison, actual);
        return comparison.Count;
    }

    private static void CheckLayout(Comparison comparison, ParquetFileReader file)
    {
        var before = -1;
        for (var group = 0; group < file.FileMetaData.NumRowGroups; group++)
        {
            using var reader = file.RowGroup(group);
            using var chunk = reader.MetaData.GetColumnChunkMetaData(Names(file).IndexOf("latent"));
            var statistics = chunk.Statistics as Statistics<int>;
            comparison.True($"group {group}", statistics is { HasMinMax: true }, "statistics of latent");
            comparison.True($"group {group}", statistics?.Min > before, "latents behind those of the group before");
            before = statistics?.Max ?? before;
        }
    }

    private static List<string> Names(ParquetFileReader file) =>
        [.. Enumerable.Range(0, file.FileMetaData.NumColumns).Select(column => file.FileMetaData.Schema.Column(column).Name)];

    private static double[] Read(ParquetFileReader file, string name)
    {
        var values = new List<double>();
        for (var group = 0; group < file.FileMetaData.NumRowGroups; group++)
        {
            using var reader = file.RowGroup(group);
            using var column = reader.Column(Names(file).IndexOf(name)).LogicalReader();
            var rows = checked((int)reader.MetaData.NumRows);
            values.AddRange(column switch
            {
                LogicalColumnReader<int> numbers => numbers.ReadAll(rows).Select(value => (double)value),
                LogicalColumnReader<int?> numbers => numbers.ReadAll(rows).Select(value => (double)(value ?? int.MinValue)),
                LogicalColumnReader<long> numbers => numbers.ReadAll(rows).Select(value => (double)value),
                LogicalColumnReader<long?> numbers => numbers.ReadAll(rows).Select(value => (double)(value ?? long.MinValue)),
                LogicalColumnReader<float> numbers => numbers.ReadAll(rows).Select(value => (double)value),
                LogicalColumnReader<float?> numbers => numbers.ReadAll(rows).Select(value => (double)(value ?? float.NaN)),
                _ => [],
            });
        }

        return [.. values];
    }
}

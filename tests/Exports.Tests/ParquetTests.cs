using AeServerless.Exports.Runs;
using AeServerless.TestSupport;
using DuckDB.NET.Data;
using ParquetSharp;

namespace AeServerless.Exports.Tests;

public sealed class ParquetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task DuckDb_ReadsEveryValue()
    {
        var synthetic = new SyntheticRun(_folder.File("run"), 8, 32, 64, 5) { Scalars = ["mlp_latent", "mlp_write_norm"], Gaps = true };
        await Exports.ToAsync(
            _folder.File("out"), "parquet", await WriteAsync(synthetic), cancellationToken: TestContext.Current.CancellationToken);
        var latents = _folder.File("out", "latents", "**", "*.parquet");

        var rows = Query($"select latent, sequence, position, token, value, mlp_write_norm from '{latents}'");

        Assert.Equal(synthetic.Entries, rows.Count);
        var read = rows.ToDictionary(row => (Latent: (int)row[0]!, Row: ((int)row[1]! * 32) + (int)row[2]!));
        for (var row = 0; row < synthetic.Tokens; row++)
        {
            for (var place = 0; place < synthetic.PerToken; place++)
            {
                var found = read[(synthetic.Latent(row, place), row)];
                Assert.Equal(synthetic.Token(row), found[3]);
                Assert.Equal(synthetic.Value(0, row, place), found[4]);
                Assert.Equal(synthetic.IsThere(1, row, place) ? synthetic.Value(1, row, place) : null, found[5]);
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Rows_AreSortedByLatent_AndRowGroupsDoNotShareOne()
    {
        var synthetic = new SyntheticRun(_folder.File("run"), 256, 64, 128, 16);
        await Exports.ToAsync(
            _folder.File("out"), "parquet", await WriteAsync(synthetic), cancellationToken: TestContext.Current.CancellationToken);

        foreach (var path in Directory.EnumerateFiles(_folder.File("out", "latents"), "*.parquet", SearchOption.AllDirectories))
        {
            using var file = new ParquetFileReader(path);
            Assert.True(file.FileMetaData.NumRowGroups > 1);
            var before = (Latent: -1, Place: -1);
            for (var group = 0; group < file.FileMetaData.NumRowGroups; group++)
            {
                using var reader = file.RowGroup(group);
                var (latent, sequence, position) = (Read(reader, 0), Read(reader, 1), Read(reader, 2));
                Assert.True(latent[0] > before.Latent);
                for (var row = 0; row < latent.Length; row++)
                {
                    var next = (latent[row], (sequence[row] * 64) + position[row]);
                    Assert.True(next.CompareTo(before) > 0);
                    before = next;
                }
            }
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task OneLatent_IsReadOverRangesOfLessThanTwoMegabytes()
    {
        var synthetic = new SyntheticRun(_folder.File("run"), 512, 128, 4096, 32);
        await Exports.ToAsync(
            _folder.File("out"), "parquet", await WriteAsync(synthetic), cancellationToken: TestContext.Current.CancellationToken);
        var path = Assert.Single(Directory.EnumerateFiles(_folder.File("out", "latents"), "*.parquet", SearchOption.AllDirectories));
        Assert.True(new FileInfo(path).Length > 8_000_000);
        using var stream = new CountingStream(File.OpenRead(path));

        using var file = new ParquetFileReader(stream);
        var values = new List<float?>();
        for (var group = 0; group < file.FileMetaData.NumRowGroups; group++)
        {
            using var reader = file.RowGroup(group);
            using var chunk = reader.MetaData.GetColumnChunkMetaData(0);
            if (chunk.Statistics is Statistics<int> { HasMinMax: true, Min: <= 1234, Max: >= 1234 })
            {
                using var column = reader.Column(4).LogicalReader<float?>();
                values.AddRange(
                    Read(reader, 0).Zip(
                        column.ReadAll((int)reader.MetaData.NumRows)).Where(row => row.First == 1234).Select(row => row.Second));
            }
        }

        Assert.NotEmpty(values);
        Assert.True(stream.BytesRead < 2_000_000, $"{stream.BytesRead}");
    }

    [Fact(Timeout = 60_000)]
    public async Task HostileTexts_AreTheSameInDuckDb()
    {
        string[] texts =
            ["\"", "'", "\n", "\t", "\u0001", "\\", ",", "a\u0301", "\uFFFD", "\uD83D\uDE00", "\uD800", "", "</script>", "\u2028"];
        var synthetic = new SyntheticRun(_folder.File("run"), 4, 16, 16, 4) { Vocabulary = texts.Length };
        var run = await WriteAsync(synthetic) with { TokenText = id => texts[id] };
        await StatisticsFile.WriteAsync(_folder.File("run"), latents: 16, examples: 3, tokens: texts.Length);
        await Exports.ToAsync(_folder.File("out"), "parquet", run, cancellationToken: TestContext.Current.CancellationToken);

        var rows = Query(
            $"select distinct token, token_text from '{_folder.File("out", "top_examples", "**", "*.parquet")}' order by token");

        Assert.Equal(texts.Length, rows.Count);
        Assert.All(rows, row => Assert.Equal(
            texts[(int)row[0]!] switch { "" => "<11>", "\uD800" => "\uFFFD", var text => text }, row[1]));
    }

    [Fact(Timeout = 60_000)]
    public async Task Statistics_AreRowsOfLatents()
    {
        var run = await WriteAsync(new SyntheticRun(_folder.File("run"), 4, 16, 16, 4));
        await StatisticsFile.WriteAsync(_folder.File("run"), latents: 16, examples: 3, tokens: 10);
        await Exports.ToAsync(_folder.File("out"), "parquet", run, cancellationToken: TestContext.Current.CancellationToken);
        var table = _folder.File("out", "latent_stats", "**", "*.parquet");

        var rows = Query($"select latent, mean from '{table}' where frequency < 0.5 order by abs(mean) desc limit 3");

        Assert.Equal([7, 6, 5], rows.Select(row => (int)row[0]!));
        Assert.Equal(3, Assert.Single(Query($"select len(histogram_positive) from '{table}' where latent = 2"))[0] is long bins ? bins : 0);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<ExportRun> WriteAsync(SyntheticRun run) => run.WriteAsync(TestContext.Current.CancellationToken);

    private static int[] Read(RowGroupReader group, int column)
    {
        using var reader = group.Column(column).LogicalReader<int>();
        return reader.ReadAll((int)group.MetaData.NumRows);
    }

    private static List<object?[]> Query(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(field => reader.IsDBNull(field) ? null : reader.GetValue(field))]);
        }

        return rows;
    }
}

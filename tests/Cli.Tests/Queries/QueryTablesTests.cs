using AeServerless.Cli.Queries;
using AeServerless.Exports.Sessions;
using AeServerless.TestSupport;
using DuckDB.NET.Data;

namespace AeServerless.Cli.Tests.Queries;

public sealed class QueryTablesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<ExportedFile> _files = [];

    [Fact]
    public async Task Latents_SayOfWhichScalarTheyAre()
    {
        Write("latents/mlp_latent/2/00000000-00000007.parquet", "SELECT 3 AS latent, 0.5::FLOAT AS value, 1.5::FLOAT AS mlp_write_norm");
        Write("latents/mlp_latent/2/00000008-0000000f.parquet", "SELECT 9 AS latent, 0.25::FLOAT AS value, 2::FLOAT AS mlp_write_norm");
        Write("latents/attention's/2/00000000-00000007.parquet", "SELECT 3 AS latent, 4::FLOAT AS value");

        Assert.Equal(
            "scalar,latent,value,mlp_write_norm\r\nattention's,3,4,\r\nmlp_latent,3,0.5,1.5\r\nmlp_latent,9,0.25,2\r\n",
            await QueryAsync("select scalar, latent, value, mlp_write_norm from latents order by scalar, latent"));
    }

    [Fact]
    public async Task Tables_AreOneWhateverTheirFiles()
    {
        Write("latent_stats/a/0.parquet", "SELECT 0 AS latent, 1e-5::DOUBLE AS frequency, -2::DOUBLE AS mean, 'a' AS scalar");
        Write("latent_stats/b/0.parquet", "SELECT 0 AS latent, 0.5::DOUBLE AS frequency, 1::DOUBLE AS mean, 'b' AS scalar");

        Assert.Equal(
            "scalar,mean\r\na,-2\r\n",
            await QueryAsync("select scalar, mean from latent_stats where frequency < 1e-4 order by abs(mean) desc limit 20"));
    }

    [Fact]
    public async Task QueryThatIsWrong_IsRefusedWithTheTables()
    {
        Write("latent_stats/a/0.parquet", "SELECT 0 AS latent");

        var error = await Assert.ThrowsAsync<CliException>(() => QueryAsync("select * from latent_statistics"));

        Assert.Contains("latent_statistics", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("The run's tables are latent_stats.", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string name, string select)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"COPY ({select}) TO '{path.Replace("'", "''", StringComparison.Ordinal)}' (FORMAT parquet)";
        command.ExecuteNonQuery();
        _files.Add(new ExportedFile(name, new FileInfo(path).Length, ""));
    }

    private async Task<string> QueryAsync(string sql)
    {
        var report = new ExportReport("parquet", "run-1", "data", "", [], _files);
        using var tables = QueryTables.Open(_folder.Path, report);
        using var output = new StringWriter();
        await tables.RunAsync(sql, new CsvWriter(output), TestContext.Current.CancellationToken);
        return output.ToString();
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using AeServerless.Exports.Destinations;
using AeServerless.Exports.Formats.Parquet;
using AeServerless.Exports.Sessions;
using AeServerless.Exports.Tests;
using AeServerless.Functions.Exporting;
using AeServerless.Functions.Results;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using ParquetSharp;

namespace AeServerless.Functions.Tests.Exporting;

public sealed class RecipeExportTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Complete = "_export/complete.json";

    private readonly TestApp _app = fixture.App;

    [Fact]
    public async Task Exports_AreWrittenIntoTheRun_AndVouchedFor()
    {
        var runId = await RunAsync("parquet", "csr", "sparsity");

        var files = await _app.Storage.ReadResultsAsync($"runs/{runId}/");
        var vouched = Results(files["run.json"]).ToDictionary(file => file.Name);
        foreach (var format in (string[])["parquet", "csr", "sparsity"])
        {
            var report = files[$"exports/{format}/{Complete}"];
            Assert.Equal(Hash(report), vouched[$"exports/{format}/{Complete}"].Sha256);
            var named = Files(report);
            Assert.NotEmpty(named);
            Assert.All(named, file => Assert.Equal(file.Sha256, Hash(files[$"exports/{format}/{file.Name}"])));
        }

        Assert.Equal(0, await VerifyAsync(runId));
    }

    [Fact]
    public async Task RecipeWithExports_ReusesTheChunksOfTheSameWithout()
    {
        var dataset = await UploadAsync();
        await _app.RunAsync(dataset.Name, TestDataset.Recipe);

        var run = await RunInlineAsync(dataset, Recipe("csr"));

        Assert.True(run.TryGetProperty("result", out var result), run.ToString());
        Assert.Equal(0, result.GetProperty("chunksComputed").GetInt32());
    }

    [Fact]
    public async Task ExportThatWasCut_GoesOn_AndLeavesWhatIsWhole()
    {
        var runId = await RunAsync("parquet");
        var before = await _app.Storage.ReadResultsAsync($"runs/{runId}/exports/");
        var table = before.Keys.First(name => name.StartsWith("parquet/latents/", StringComparison.Ordinal));
        var wholeSince = await ChangedAsync(runId, table);
        var lost = before.Keys.First(name => name.StartsWith("parquet/latent_stats/", StringComparison.Ordinal));
        await _app.Storage.DeleteAsync($"results/runs/{runId}/exports/parquet/{Complete}");
        await _app.Storage.DeleteAsync($"results/runs/{runId}/exports/{lost}");

        var results = Results((await _app.Storage.ReadResultsAsync($"runs/{runId}/"))["run.json"])
            .Where(file => !file.Name.StartsWith("exports/", StringComparison.Ordinal)).ToList();
        await _app.Services.GetRequiredService<RunExporter>().WriteAsync(runId, results, TestContext.Current.CancellationToken);

        var after = await _app.Storage.ReadResultsAsync($"runs/{runId}/exports/");
        Assert.Equal(before.Keys, after.Keys);
        Assert.Equal(Files(before[$"parquet/{Complete}"]), Files(after[$"parquet/{Complete}"]));
        Assert.Equal(before[lost], after[lost]);
        Assert.Equal(wholeSince, await ChangedAsync(runId, table));
    }

    [Fact]
    public async Task FormatThatCantHoldTheRun_FailsItByName()
    {
        var dataset = await UploadAsync();

        var run = await RunInlineAsync(dataset, Recipe("delphi"));

        Assert.Equal("failed", run.GetProperty("status").GetString());
        Assert.Contains("sequences", run.GetProperty("error").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneLatentOfATable_IsReadOverTheApiInLessThanTwoMegabytes()
    {
        var runId = await RunAsync("sparsity");
        using var folder = new TemporaryFolder();
        var synthetic = new SyntheticRun(folder.File("run"), Sequences: 1024, Context: 128, Width: 32_768, PerToken: 76);
        await Exporter.RunAsync(
            new ParquetFormat(),
            await synthetic.WriteAsync(TestContext.Current.CancellationToken),
            new ExportOptions(),
            new ExportFolder(folder.File("out")),
            progress: null,
            TestContext.Current.CancellationToken);

        // Files are named after the latents that they begin with: the one asked for is in the first.
        var table = Directory.GetFiles(Path.Combine(folder.File("out"), "latents"), "*.parquet", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).First();
        var content = await File.ReadAllBytesAsync(table, TestContext.Current.CancellationToken);
        Assert.True(content.Length > 40_000_000);
        await _app.Storage.UploadAsync($"results/runs/{runId}/exports/parquet/latents/large.parquet", content);

        const int Latent = 1234;
        using var stream = new HttpRangeStream(_app.Http, $"runs/{runId}/results/exports/parquet/latents/large.parquet", content.Length);
        var rows = await Task.Run(() => ReadLatent(stream, Latent), TestContext.Current.CancellationToken);

        var expected = Enumerable.Range(0, synthetic.Tokens)
            .SelectMany(row => Enumerable.Range(0, synthetic.PerToken).Where(place => synthetic.Latent(row, place) == Latent)
                .Select(place => (float?)synthetic.Value(0, row, place)));
        Assert.Equal(expected, rows);
        Assert.InRange(stream.BytesRead, 1, 2_000_000);
    }

    private static List<float?> ReadLatent(Stream stream, int latent)
    {
        var values = new List<float?>();
        using var file = new ParquetFileReader(stream, leaveOpen: true);
        for (var group = 0; group < file.FileMetaData.NumRowGroups; group++)
        {
            using var reader = file.RowGroup(group);
            using var chunk = reader.MetaData.GetColumnChunkMetaData(0);
            if (chunk.Statistics is Statistics<int> { HasMinMax: true } range && range.Min <= latent && range.Max >= latent)
            {
                var rows = (int)reader.MetaData.NumRows;
                using var latents = reader.Column(0).LogicalReader<int>();
                using var column = reader.Column(4).LogicalReader<float?>();
                values.AddRange(
                    latents.ReadAll(rows).Zip(column.ReadAll(rows)).Where(row => row.First == latent).Select(row => row.Second));
            }
        }

        return values;
    }

    private static string Recipe(params string[] exports) => TestRecipes.Default.TrimEnd()[..^1]
        + $", \"exports\": {JsonSerializer.Serialize(exports)} }}";

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static List<ResultFile> Results(byte[] provenance) => Named(provenance, "results");

    private static List<ResultFile> Files(byte[] report) => Named(report, "files");

    private static List<ResultFile> Named(byte[] document, string list) =>
    [
        .. JsonDocument.Parse(document).RootElement.GetProperty(list).EnumerateArray().Select(file => new ResultFile(
            file.GetProperty("name").GetString()!, file.GetProperty("length").GetInt64(), file.GetProperty("sha256").GetString()!)),
    ];

    private async Task<DateTimeOffset> ChangedAsync(string runId, string name) => (await _app.Storage.Results
        .GetBlobClient($"runs/{runId}/exports/{name}")
        .GetPropertiesAsync(cancellationToken: TestContext.Current.CancellationToken)).Value.LastModified;

    private async Task<int> VerifyAsync(string runId)
    {
        await _app.SendAsync(HttpMethod.Post, $"runs/{runId}/verify?sample=1");
        var report = await Polling.UntilAsync(
            async () =>
            {
                var (_, body) = await _app.SendAsync(HttpMethod.Get, $"runs/{runId}/verify");
                return body.TryGetProperty("report", out var report) && report.ValueKind == JsonValueKind.Object ? (object)report : null;
            },
            TestContext.Current.CancellationToken);
        return ((JsonElement)report).GetProperty("differenceCount").GetInt32();
    }

    private async Task<string> RunAsync(params string[] exports)
    {
        var run = await RunInlineAsync(await UploadAsync(), Recipe(exports));
        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        return run.GetProperty("runId").GetString()!;
    }

    private async Task<TestDataset> UploadAsync()
    {
        var dataset = new TestDataset(_app.Storage);
        await dataset.UploadAsync();
        return dataset;
    }

    private async Task<JsonElement> RunInlineAsync(TestDataset dataset, string recipe)
    {
        var (status, body) = await _app.SendAsync(HttpMethod.Post, "runs", $$"""{ "dataset": "{{dataset.Name}}", "recipe": {{recipe}} }""");
        Assert.True(status == 202, body.ToString());
        return await _app.WaitAsync(body.GetProperty("runId").GetString()!);
    }
}

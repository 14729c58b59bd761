using System.Text.Json;
using AeServerless.Exports.Sessions;
using AeServerless.Functions.Exporting;
using AeServerless.Functions.Results;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.Functions.Verification;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.Functions.Tests.Exporting;

public sealed class ExportGuardTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp _app = fixture.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ExportOfAnAttemptThatStillRuns_IsWaitedFor()
    {
        var (runId, results) = await RunAsync();
        var before = await _app.Storage.ReadResultsAsync($"runs/{runId}/exports/");
        var blob = _app.Storage.Results.GetBlobClient($"runs/{runId}/exports/csr/_export/lock");
        await blob.UploadAsync(BinaryData.Empty, Cancellation);
        var lease = blob.GetBlobLeaseClient();
        await lease.AcquireAsync(TimeSpan.FromSeconds(-1), cancellationToken: Cancellation);
        await _app.Storage.DeleteAsync($"results/runs/{runId}/exports/csr/{ExportReport.FileName}");

        var second = _app.Services.GetRequiredService<RunExporter>().WriteAsync(runId, results, Cancellation);
        var first = await Task.WhenAny(second, Task.Delay(TimeSpan.FromSeconds(2), Cancellation));
        Assert.NotSame(second, first);
        Assert.DoesNotContain(
            $"csr/{ExportReport.FileName}", (await _app.Storage.ReadResultsAsync($"runs/{runId}/exports/")).Keys);
        await lease.ReleaseAsync(cancellationToken: Cancellation);
        await second;

        // What an attempt wrote that went on with another's files has the same bytes, which run.json has the hash of.
        Assert.Equal(before, await _app.Storage.ReadResultsAsync($"runs/{runId}/exports/"));
    }

    [Fact]
    public async Task ManyAttemptsAtOnce_LeaveWhatOneWouldHave()
    {
        var (runId, results) = await RunAsync();
        var before = await _app.Storage.ReadResultsAsync($"runs/{runId}/exports/");
        foreach (var name in before.Keys.Where((_, index) => index % 2 == 0))
        {
            await _app.Storage.DeleteAsync($"results/runs/{runId}/exports/{name}");
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => _app.Services.GetRequiredService<RunExporter>().WriteAsync(runId, results, Cancellation)));

        Assert.Equal(before, await _app.Storage.ReadResultsAsync($"runs/{runId}/exports/"));
    }

    [Fact]
    public async Task Verification_NamesFilesOfExportsThatAreDamagedMissingOrOfSomethingElse()
    {
        var (runId, _) = await RunAsync();
        var verifier = _app.Services.GetRequiredService<FileVerifier>();
        var sound = await verifier.VerifyAsync(runId, Cancellation);
        Assert.Equal(0, sound.DifferenceCount);
        var prefix = $"runs/{runId}/exports/csr";
        var files = (await _app.Storage.ReadResultsAsync(prefix)).Keys
            .Where(name => !name.Contains("/_export/", StringComparison.Ordinal)).ToList();
        Assert.True(sound.Files > files.Count);
        var content = await _app.Storage.DownloadAsync($"results/{prefix}{files[0]}");
        content[^1] ^= 1;
        await _app.Storage.UploadAsync($"results/{prefix}{files[0]}", content);
        await _app.Storage.DeleteAsync($"results/{prefix}{files[1]}");
        await _app.Storage.UploadAsync($"results/{prefix}/other.txt", "other"u8.ToArray());

        var found = await verifier.VerifyAsync(runId, Cancellation);

        Assert.Equal(
            [
                ($"{prefix}{files[0]}", $"does not have the hash in {ExportReport.FileName}"),
                ($"{prefix}{files[1]}", "is gone"),
                ($"{prefix}/other.txt", "is not of the export"),
            ],
            found.Differences.Select(difference => (difference.Name, difference.Problem)));
    }

    private async Task<(string RunId, IReadOnlyList<ResultFile> Results)> RunAsync()
    {
        var dataset = new TestDataset(_app.Storage);
        await dataset.UploadAsync();
        var recipe = $"{TestRecipes.Default.TrimEnd()[..^1]}, \"exports\": [\"csr\"] }}";
        var (status, body) = await _app.SendAsync(
            HttpMethod.Post, "runs", $$"""{ "dataset": "{{dataset.Name}}", "recipe": {{recipe}} }""");
        Assert.True(status == 202, body.ToString());
        var run = await _app.WaitAsync(body.GetProperty("runId").GetString()!);
        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        var runId = run.GetProperty("runId").GetString()!;
        var document = JsonDocument.Parse(await _app.Storage.DownloadAsync($"results/runs/{runId}/run.json"));
        var results = document.RootElement.GetProperty("results").EnumerateArray().Select(file => new ResultFile(
            file.GetProperty("name").GetString()!, file.GetProperty("length").GetInt64(), file.GetProperty("sha256").GetString()!));
        return (runId, [.. results.Where(file => !file.Name.StartsWith("exports/", StringComparison.Ordinal))]);
    }
}

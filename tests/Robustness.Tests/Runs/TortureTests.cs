using System.Net;
using AeServerless.TestSupport;
using AeServerless.Robustness.Tests.Faults;

namespace AeServerless.Robustness.Tests.Runs;

/// <summary>
/// Runs whose host is killed again and again, over storage that fails all the while, come to the same results as runs that nothing
/// disturbs.
/// </summary>
public sealed class TortureTests(StorageFixture storage, ITestOutputHelper output)
{
    private const int Kills = 50;
    private const int Seed = 4;
    private const double FaultRate = 0.03;
    private const int MostRequestsOfALife = 70;

    private static readonly Fault[] Faults =
        [Fault.Throttled, Fault.ResetInRequest, Fault.AnswerLost, Fault.ResetInAnswer, Fault.ShortAnswer, Fault.InternalError, Fault.Silence];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FiftyKillsAndFailingStorage_GiveTheSameBytes()
    {
        var datasets = Enumerable.Range(0, 4).Select(i => new SyntheticDataset($"torture-{i}", Shards: 10)).ToList();
        foreach (var dataset in datasets)
        {
            await dataset.UploadAsync(storage.Blobs, Cancel);
        }

        var expected = await UndisturbedAsync(datasets);

        await using var proxy = await FaultProxy.StartAsync(storage.Azurite, Cancel);
        await using var host = new RestartableApp("torture");
        var stored = new StoredResults(storage.Blobs, host.Results);
        await stored.PutOrphanAsync(Cancel);
        var faults = new RandomFaults(Seed, FaultRate, Faults);
        var counted = new CountedFaults(faults);
        proxy.Plan = counted;
        var runs = await KillAsync(host, proxy.ConnectionString, counted, datasets);
        proxy.Plan = NoFaults.Instance;

        await RequireCleanableAsync(host.Client, stored);
        var markers = await stored.RequireWholeAsync(Cancel);
        output.WriteLine($"{markers} results; faults: {string.Join(", ", faults.Counts.Select(pair => $"{pair.Key} {pair.Value}"))}");
        for (var i = 0; i < datasets.Count; i++)
        {
            Assert.True(runs[i].Text("status") == "completed", runs[i].ToString());
            Assert.Equal(expected[i], await stored.ResultsAsync(runs[i].Text("runId")!, Cancel));
        }
    }

    /// <summary>
    /// Runs the datasets one after the other, kills the host after a random number of requests to storage, then lets it finish.
    /// </summary>
    private async Task<IReadOnlyList<AppAnswer>> KillAsync(
        RestartableApp host, string connectionString, CountedFaults requests, IReadOnlyList<SyntheticDataset> datasets)
    {
        var random = new Random(Seed);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var accepted = new HashSet<SyntheticDataset>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var client = await host.StartAsync(connectionString, Cancel);
            var end = requests.AfterAsync(random.Next(1, MostRequestsOfALife));
            var next = datasets[kill * datasets.Count / Kills];
            var call = accepted.Contains(next) ? Task.FromResult(true) : TryStartAsync(client, next);
            await end.WaitAsync(Cancel);
            await host.App.KillAsync();
            if (await call)
            {
                accepted.Add(next);
            }

            await host.KillAsync();
        }

        output.WriteLine($"{Kills} kills in {watch.Elapsed.TotalSeconds:0} s");
        var last = await host.StartAsync(connectionString, Cancel);
        var runs = new List<AppAnswer>();
        foreach (var dataset in datasets)
        {
            runs.Add(await PersistAsync(() => last.RunAsync(dataset.Name, dataset.Recipe(), Cancel)));
        }

        output.WriteLine($"all done after {watch.Elapsed.TotalSeconds:0} s");
        return runs;
    }

    private static async Task<bool> TryStartAsync(AppClient client, SyntheticDataset dataset)
    {
        try
        {
            await client.StartAsync(dataset.Name, dataset.Recipe(), Cancel);
            return true;
        }
        catch (HttpRequestException)
        {
            // The host died under the call, or storage failed it: the next life asks again.
            return false;
        }
    }

    /// <summary>
    /// Whatever the killed hosts left behind, and an orphan that is known to be there, is found and removed, and nothing else.
    /// </summary>
    private static async Task RequireCleanableAsync(AppClient client, StoredResults stored)
    {
        var orphans = await stored.OrphansAsync(Cancel);

        Assert.NotEmpty(orphans);
        Assert.Equal(orphans.Order(), (await client.CleanAsync(apply: false, Cancel)).Order());
        Assert.Equal(orphans.Order(), (await client.CleanAsync(apply: true, Cancel)).Order());
        Assert.Empty(await stored.OrphansAsync(Cancel));
    }

    /// <summary>Asks again where storage's faults went through to the HTTP API.</summary>
    private static Task<AppAnswer> PersistAsync(Func<Task<AppAnswer>> ask) => Polling.UntilAsync(
        async () =>
        {
            try
            {
                return await ask();
            }
            catch (HttpRequestException error) when (error.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return null;
            }
        },
        Cancel,
        TimeSpan.FromMinutes(5));

    private async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> UndisturbedAsync(IReadOnlyList<SyntheticDataset> datasets)
    {
        await using var host = new RestartableApp("undisturbed");
        var client = await host.StartAsync(storage.Azurite.ConnectionString, Cancel);
        var results = new List<IReadOnlyDictionary<string, string>>();
        foreach (var dataset in datasets)
        {
            var run = await client.RunAsync(dataset.Name, dataset.Recipe(), Cancel);
            Assert.Equal("completed", run.Text("status"));
            results.Add(await new StoredResults(storage.Blobs, host.Results).ResultsAsync(run.Text("runId")!, Cancel));
        }

        return results;
    }
}

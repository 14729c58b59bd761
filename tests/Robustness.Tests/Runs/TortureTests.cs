using System.Globalization;
using System.Net;
using AeServerless.Robustness.Tests.Faults;
using AeServerless.TestSupport;

namespace AeServerless.Robustness.Tests.Runs;

/// <summary>
/// Runs whose hosts are killed again and again, one of three or all of them, over storage that fails all the while, come to the same
/// results as runs that nothing disturbs.
/// </summary>
public sealed class TortureTests(StorageFixture storage, ITestOutputHelper output)
{
    private const int DefaultKills = 10;

    // Of so many kills one takes all hosts at once.
    private const int KillsToOneOfAll = 5;
    private const int Seed = 4;
    private const double FaultRate = 0.03;
    private const int MostRequestsOfALife = 70;

    // A longer soak asks for more: each costs some seconds.
    private static readonly int Kills = Environment.GetEnvironmentVariable("AE_TEST_KILLS") is { Length: > 0 } kills
        ? int.Parse(kills, CultureInfo.InvariantCulture)
        : DefaultKills;

    private static readonly Fault[] Faults =
    [
        Fault.Throttled, Fault.ResetInRequest, Fault.AnswerLost, Fault.ResetInAnswer, Fault.ShortAnswer, Fault.InternalError,
        Fault.Silence,
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KillsAndFailingStorage_GiveTheSameBytes()
    {
        var datasets = Enumerable.Range(0, 4).Select(i => new SyntheticDataset($"torture-{i}", Shards: 10)).ToList();
        foreach (var dataset in datasets)
        {
            await dataset.UploadAsync(storage.Blobs, Cancel);
        }

        var expected = await UndisturbedAsync(datasets);

        await using var proxy = await FaultProxy.StartAsync(storage.Azurite, Cancel);
        await using RestartableApp first = new("torture"), second = new("torture"), third = new("torture");
        RestartableApp[] hosts = [first, second, third];
        var stored = new StoredResults(storage.Blobs, first.Results);
        await stored.PutOrphanAsync(Cancel);
        var faults = new RandomFaults(Seed, FaultRate, Faults);
        var counted = new CountedFaults(faults);
        proxy.Plan = counted;
        var runs = await KillAsync(hosts, proxy.ConnectionString, counted, datasets);
        proxy.Plan = NoFaults.Instance;

        await RequireCleanableAsync(first.Client, stored);
        var markers = await stored.RequireWholeAsync(Cancel);
        output.WriteLine($"{markers} results; faults: {string.Join(", ", faults.Counts.Select(pair => $"{pair.Key} {pair.Value}"))}");
        for (var i = 0; i < datasets.Count; i++)
        {
            Assert.True(runs[i].Text("status") == "completed", runs[i].ToString());
            Assert.Equal(expected[i], await stored.ResultsAsync(runs[i].Text("runId")!, Cancel));
        }
    }

    /// <summary>
    /// Runs the datasets one after the other, kills hosts after random numbers of requests to storage, then lets them finish.
    /// </summary>
    private async Task<IReadOnlyList<AppAnswer>> KillAsync(
        IReadOnlyList<RestartableApp> hosts, string connectionString, CountedFaults requests, IReadOnlyList<SyntheticDataset> datasets)
    {
        var random = new Random(Seed);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var accepted = new HashSet<SyntheticDataset>();
        await StartAsync(hosts, connectionString);
        for (var kill = 0; kill < Kills; kill++)
        {
            var end = requests.AfterAsync(random.Next(1, MostRequestsOfALife));
            var next = datasets[kill * datasets.Count / Kills];
            var called = hosts[random.Next(hosts.Count)].Client;
            var call = accepted.Contains(next) ? Task.FromResult(true) : TryStartAsync(called, next);
            await end.WaitAsync(TimeSpan.FromMinutes(4), Cancel);
            IReadOnlyList<RestartableApp> killed =
                kill % KillsToOneOfAll == KillsToOneOfAll - 1 ? hosts : [hosts[random.Next(hosts.Count)]];
            foreach (var host in killed)
            {
                await host.App.KillAsync();
            }

            if (await call)
            {
                accepted.Add(next);
            }

            foreach (var host in killed)
            {
                await host.KillAsync();
            }

            await StartAsync(killed, connectionString);
        }

        output.WriteLine($"{Kills} kills in {watch.Elapsed.TotalSeconds:0} s");
        var runs = new List<AppAnswer>();
        foreach (var dataset in datasets)
        {
            runs.Add(await PersistAsync(() => hosts[0].Client.RunAsync(dataset.Name, dataset.Recipe(), Cancel)));
        }

        output.WriteLine($"all done after {watch.Elapsed.TotalSeconds:0} s");
        return runs;
    }

    private static Task StartAsync(IEnumerable<RestartableApp> hosts, string connectionString) =>
        Task.WhenAll(hosts.Select(host => host.StartAsync(connectionString, Cancel)));

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

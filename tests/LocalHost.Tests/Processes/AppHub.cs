using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AeServerless.LocalHost.Tests.Support;
using AeServerless.TestApp;

namespace AeServerless.LocalHost.Tests.Processes;

/// <summary>A task hub on which processes of the test app run, and what they left in the journal.</summary>
internal sealed class AppHub(string storage)
{
    private const string DurableTask = "AzureFunctionsJobHost__extensions__durableTask__";

    private readonly string _journal = Directory.CreateTempSubdirectory("local-host-tests-").FullName;
    private readonly string _hub = $"T{Guid.NewGuid():N}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string StateFolder { get; } = Directory.CreateTempSubdirectory("local-host-tests-").FullName;

    /// <summary>Activities that one process runs at once.</summary>
    public int ActivitiesAtOnce { get; init; } = 4;

    /// <summary>Starts one more process.</summary>
    public AppProcess Start(params string[] arguments) => AppProcess.Start(
        new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = storage,
            ["LocalHostStateFolder"] = StateFolder,
            [DurableTask + "hubName"] = _hub,
            [DurableTask + "maxConcurrentActivityFunctions"] = $"{ActivitiesAtOnce}",
            [DurableTask + "storageProvider__maxQueuePollingInterval"] = "00:00:00.2",
            [DurableTask + "storageProvider__controlQueueVisibilityTimeout"] = "00:00:08",
            [DurableTask + "storageProvider__workItemQueueVisibilityTimeout"] = "00:00:08",
            [RunFunctions.JournalSetting] = _journal,
        },
        arguments);

    public static async Task StartRunAsync(HttpClient http, RunRequest run)
    {
        using var response = await http.PostAsJsonAsync("/api/start/run", run, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    /// <summary>Waits for the run's end and returns its output.</summary>
    public static async Task<long> ResultAsync(HttpClient http)
    {
        var status = await Eventually.GetAsync(async () =>
        {
            using var response = await http.GetAsync("/runtime/webhooks/durabletask/instances/run", Cancel);
            return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadFromJsonAsync<JsonDocument>(Cancel) : null;
        });
        Assert.Equal("Completed", status.RootElement.GetProperty("runtimeStatus").GetString());
        return status.RootElement.GetProperty("output").GetInt64();
    }

    /// <summary>What each activity that ended left: the process that ran it, and its item.</summary>
    public IReadOnlyList<(int Process, long Item)> Journal() =>
    [
        .. Directory.GetFiles(_journal).SelectMany(file =>
        {
            var name = Path.GetFileName(file).Split('-');
            var entry = (int.Parse(name[0], CultureInfo.InvariantCulture), long.Parse(name[1], CultureInfo.InvariantCulture));
            return File.ReadAllLines(file).Select(_ => entry);
        }),
    ];

    /// <summary>Waits until so many activities have ended.</summary>
    public Task WorksAsync(int activities) => Eventually.HoldsAsync(() => Journal().Count >= activities);

    /// <summary>Items that ended more than once.</summary>
    public int Repeated() => Journal().Count - Journal().DistinctBy(entry => entry.Item).Count();

    /// <summary>Checks that all of a run's items were worked on, and that its result is right.</summary>
    public void AssertDone(RunRequest run, long result)
    {
        var total = run.Groups * run.ItemsInGroup;
        Assert.Equal((long)total * (total - 1) / 2, result);
        Assert.Equal(Enumerable.Range(0, total).Select(item => (long)item), Journal().Select(entry => entry.Item).Distinct().Order());
    }
}

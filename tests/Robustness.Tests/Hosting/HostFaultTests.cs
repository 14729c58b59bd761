using System.Net.Http.Json;
using System.Text.Json;
using AeServerless.Robustness.Tests.Faults;
using AeServerless.TestSupport;

namespace AeServerless.Robustness.Tests.Hosting;

/// <summary>The local host over storage that fails: an orchestration still ends with the right result.</summary>
public sealed class HostFaultTests(StorageFixture storage, ITestOutputHelper output)
{
    private const int Groups = 3;
    private const int Items = 6;
    private static readonly string Application = FunctionAppProcess.Built("tests", "TestApp", "TestApp.dll");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.3, nameof(Fault.ResetInRequest), nameof(Fault.AnswerLost), nameof(Fault.ResetInAnswer))]
    [InlineData(0.3, nameof(Fault.InternalError), nameof(Fault.Conflict), nameof(Fault.ConditionNotMet))]
    [InlineData(0.1, nameof(Fault.Silence), nameof(Fault.Throttled))]
    public async Task PassingFaults_AreHealed(double rate, params string[] names)
    {
        using var folder = new TemporaryFolder();
        await using var proxy = await FaultProxy.StartAsync(storage.Azurite, Cancel);
        var faults = new RandomFaults(1, rate, [.. names.Select(Enum.Parse<Fault>)]);
        proxy.Plan = faults;
        await using var host = await FunctionAppProcess.StartAsync(
            proxy.ConnectionString, folder.Path, Settings($"Hub{names[0]}"), Application, Cancel);

        JsonElement result;
        try
        {
            result = await RunAsync(host, "run", Groups, Items);
        }
        catch (TimeoutException)
        {
            output.WriteLine(host.Output);
            throw;
        }

        output.WriteLine(string.Join(", ", faults.Counts.Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.Equal("Completed", result.GetProperty("runtimeStatus").GetString());
        Assert.Equal(Groups * Items * (Groups * Items - 1L) / 2, result.GetProperty("output").GetInt64());
        Assert.NotEmpty(faults.Counts);
    }

    private static Dictionary<string, string> Settings(string hub) => new()
    {
        ["StorageTimeoutSeconds"] = "1",
        ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = hub,
    };

    private async Task<JsonElement> RunAsync(FunctionAppProcess host, string id, int groups, int items)
    {
        var work = new { Groups = groups, ItemsInGroup = items, GroupsInFlight = 2, ItemsInFlight = 4 };
        using var started = await host.Client.PostAsJsonAsync(new Uri($"start/{id}", UriKind.Relative), work, Cancel);
        var status = (await started.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("statusQueryGetUri").GetString()!;
        var over = await Polling.UntilAsync(
            async () =>
            {
                using var answer = await host.Client.GetAsync(new Uri(status), Cancel);
                var read = await AppAnswer.ReadAsync(answer, Cancel);
                return answer.IsSuccessStatusCode && read.Text("runtimeStatus") is "Completed" or "Failed" or "Terminated" ? read : null;
            },
            Cancel,
            TimeSpan.FromMinutes(4));
        return over.Json;
    }
}

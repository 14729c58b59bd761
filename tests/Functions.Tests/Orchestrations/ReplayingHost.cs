using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;
using AeServerless.LocalHost.Hosting;
using AeServerless.TestSupport;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Tests.Orchestrations;

/// <summary>The app's orchestrators over scripted activities. Nothing of an orchestration stays in memory, so that each of its turns
/// replays the history.</summary>
public sealed class ReplayingHost(AzuriteFixture azurite) : IAsyncLifetime
{
    // Far more than any of these runs takes: who waits longer waits in vain.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("functions-tests-");
    private IHost? _host;

    public DurableTaskClient Client => _host!.Services.GetRequiredService<DurableTaskClient>();

    public async ValueTask InitializeAsync()
    {
        const string DurableTask = "AzureFunctionsJobHost:extensions:durableTask:";
        var builder = new LocalHostBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString,
            ["LocalHostStateFolder"] = _state.FullName,
            [DurableTask + "hubName"] = $"Replay{Guid.NewGuid():N}",
            [DurableTask + "extendedSessionsEnabled"] = "false",
            [DurableTask + "maxConcurrentActivityFunctions"] = "32",
            [DurableTask + "storageProvider:maxQueuePollingInterval"] = "00:00:00.2",
        });
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.Services.Configure<LocalHostOptions>(options => options.FunctionTypes =
            [typeof(RunOrchestration), typeof(ChunkGroupOrchestration), typeof(ScriptedActivities)]);
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)_host!).DisposeAsync();
        _state.Delete(recursive: true);
    }

    /// <summary>Starts the run of a script.</summary>
    internal Task StartAsync(RunScript script) => Client.ScheduleNewOrchestrationInstanceAsync(
        nameof(RunOrchestration), new RunReference(
            script.RunId, "dataset", "recipe"), new(script.RunId), TestContext.Current.CancellationToken);

    /// <summary>Runs a script to its end.</summary>
    internal async Task<OrchestrationMetadata> RunAsync(RunScript script)
    {
        await StartAsync(script);
        return await EndAsync(script.RunId);
    }

    /// <summary>Runs one group of a script to its end, whatever that is.</summary>
    internal async Task<OrchestrationMetadata> EndGroupAsync(RunScript script, int chunks, int window)
    {
        var group = new GroupReference(script.RunId, 0, chunks, window);
        return await EndAsync(
            await Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(ChunkGroupOrchestration), group, TestContext.Current.CancellationToken));
    }

    /// <summary>Runs one group of a script, which must succeed.</summary>
    internal async Task<ChunkTotals> RunGroupAsync(RunScript script, int chunks, int window)
    {
        var ended = await EndGroupAsync(script, chunks, window);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        return ended.ReadOutputAs<ChunkTotals>()!;
    }

    internal Task<OrchestrationMetadata> EndAsync(string id) => Client
        .WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, TestContext.Current.CancellationToken)
        .WaitAsync(Limit, TestContext.Current.CancellationToken);
}

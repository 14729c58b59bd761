using System.Diagnostics;
using AeServerless.LocalHost.Durable;
using AeServerless.LocalHost.Hosting;
using AeServerless.TestSupport;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AeServerless.Bench.Orchestration;

/// <summary>The local host, in this process, over an Azurite of its own.</summary>
internal sealed class SimulatedHost : IAsyncDisposable
{
    private readonly AzuriteProcess _azurite;
    private readonly IHost _host;
    private readonly DirectoryInfo _state;

    private SimulatedHost(AzuriteProcess azurite, IHost host, DirectoryInfo state) => (_azurite, _host, _state) = (azurite, host, state);

    public LocalDurableTaskClient Client => (LocalDurableTaskClient)_host.Services.GetRequiredService<DurableTaskClient>();

    public static async Task<SimulatedHost> StartAsync(int activities, CancellationToken cancellationToken)
    {
        var state = Directory.CreateTempSubdirectory("orchestration-");

        // On disk, as ./ae up has it. In memory each message is an extent of its own, and once a minute Azurite stands still to remove
        // thousands.
        var azurite = await AzuriteProcess.StartAsync(Path.Combine(state.FullName, "azurite"), cancellationToken);
        var builder = new LocalHostBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration["AzureWebJobsStorage"] = azurite.ConnectionString;
        builder.Configuration["LocalHostStateFolder"] = state.FullName;
        builder.Configuration["AzureFunctionsJobHost:extensions:durableTask:maxConcurrentActivityFunctions"] = $"{activities}";
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new SimulatedHost(azurite, host, state);
    }

    /// <summary>Processor time that has gone by, of all cores together.</summary>
    public (TimeSpan App, TimeSpan Azurite) ProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return (process.TotalProcessorTime, _azurite.ProcessorTime);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _azurite.DisposeAsync();
        _state.Delete(recursive: true);
    }
}

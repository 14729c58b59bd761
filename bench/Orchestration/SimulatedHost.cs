using AeServerless.LocalHost;
using Microsoft.DurableTask.Client;
using AeServerless.TestSupport;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
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

    public DurableTaskClient Client => _host.Services.GetRequiredService<DurableTaskClient>();

    /// <summary>Calls the host's own addresses of orchestrations.</summary>
    public HttpClient CreateHttpClient()
    {
        var address = _host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var http = new HttpClient { BaseAddress = new Uri($"{address}/runtime/webhooks/durabletask/") };
        http.DefaultRequestHeaders.Add("x-functions-key", File.ReadAllText(Path.Combine(_state.FullName, "http.key")).Trim());
        return http;
    }

    public static async Task<SimulatedHost> StartAsync(CancellationToken cancellationToken)
    {
        var azurite = await AzuriteProcess.StartAsync(cancellationToken: cancellationToken);
        var state = Directory.CreateTempSubdirectory("orchestration-");
        var builder = new LocalHostBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration["AzureWebJobsStorage"] = azurite.ConnectionString;
        builder.Configuration["LocalHostStateFolder"] = state.FullName;
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new SimulatedHost(azurite, host, state);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _azurite.DisposeAsync();
        _state.Delete(recursive: true);
    }
}

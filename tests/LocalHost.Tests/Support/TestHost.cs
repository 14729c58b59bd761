using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using AeServerless.LocalHost.Hosting;
using AeServerless.LocalHost.Management;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Tests.Support;

/// <summary>A host in this process, with the functions of given test classes, in a hub of its own unless told otherwise.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;

    private TestHost(IHost host, TestHostOptions options, CollectedLogs logs)
    {
        _host = host;
        Options = options;
        Logs = logs;
    }

    public TestHostOptions Options { get; }

    public CollectedLogs Logs { get; }

    public IServiceProvider Services => _host.Services;

    public DurableTaskClient Client => Services.GetRequiredService<DurableTaskClient>();

    public string? ConfigurationError => ((FunctionsHost)_host).ConfigurationError?.Message;

    public string Address => Services.GetRequiredService<ManagementAddresses>().BaseAddress;

    public string Key => File.ReadAllText(Path.Combine(Options.StateFolder, "http.key"));

    public static async Task<TestHost> StartAsync(TestHostOptions options, CancellationToken cancellationToken)
    {
        var host = Create(options);
        await host._host.StartAsync(cancellationToken);
        return host;
    }

    public static TestHost Create(TestHostOptions options)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = options.ConnectionString,
            ["urls"] = "http://127.0.0.1:0",
            ["LocalHostStateFolder"] = options.StateFolder,
            ["LocalHostBlobPollSeconds"] = "0.1",
            ["AzureFunctionsJobHost:extensions:durableTask:hubName"] = options.Hub,
            ["AzureFunctionsJobHost:extensions:durableTask:extendedSessionsEnabled"] = options.ExtendedSessions.ToString(),
        });
        builder.Configuration.AddInMemoryCollection(options.Settings);
        var logs = new CollectedLogs();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(logs);
        builder.Services.Configure<LocalHostOptions>(embedded =>
        {
            embedded.FunctionTypes = options.Functions;
            embedded.OwnershipLost = logs.Add;
            if (options.Identity is { } identity)
                embedded.Identity = identity;
        });
        return new(builder.Build(), options, logs);
    }

    public Task RunAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    public Task StopAsync() => _host.StopAsync();

    public async Task<OrchestrationMetadata> RunToEndAsync(
        TaskName orchestrator, object? input = null, StartOrchestrationOptions? options = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var id = await Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, options, cancellationToken);
        return await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellationToken);
    }

    public HttpClient CreateHttp(bool withKey = true)
    {
        var http = new HttpClient { BaseAddress = new(Address) };
        if (withKey)
            http.DefaultRequestHeaders.Add("x-functions-key", Key);
        return http;
    }

    public async ValueTask DisposeAsync() => await ((IAsyncDisposable)_host).DisposeAsync();
}

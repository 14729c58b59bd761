using AeServerless.LocalHost.Hosting;
using AeServerless.LocalHost.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
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

    /// <summary>Which of the hosts of a hub it is.</summary>
    public string Id => Services.GetRequiredService<HostSettings>().HostId;

    public string? ConfigurationError => ((HttpHost)_host).ConfigurationError?.Message;

    public IReadOnlyCollection<string> Addresses =>
        [.. Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    public string Key => File.ReadAllText(Path.Combine(Options.StateFolder, "http.key"));

    public static async Task<TestHost> StartAsync(TestHostOptions options, CancellationToken cancellationToken)
    {
        var host = Create(options);
        await host.RunAsync(cancellationToken).WaitAsync(Eventually.Limit, cancellationToken);
        return host;
    }

    public static TestHost Create(TestHostOptions options)
    {
        var builder = new LocalHostBuilder([]);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = options.ConnectionString,
            ["urls"] = "http://127.0.0.1:0",
            ["LocalHostStateFolder"] = options.StateFolder,
            ["LocalHostBlobPollSeconds"] = "0.1",
            ["AzureFunctionsJobHost:extensions:durableTask:hubName"] = options.Hub,
            ["AzureFunctionsJobHost:extensions:durableTask:extendedSessionsEnabled"] = options.ExtendedSessions.ToString(),
            ["AzureFunctionsJobHost:extensions:durableTask:maxConcurrentActivityFunctions"] = "8",
            ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:maxQueuePollingInterval"] = "00:00:00.2",
        });
        builder.Configuration.AddInMemoryCollection(options.Settings);
        var logs = new CollectedLogs();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(logs);
        builder.Services.Configure<LocalHostOptions>(local => local.FunctionTypes = options.Functions);
        return new(builder.Build(), options, logs);
    }

    public Task RunAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    public Task StopAsync() => _host.StopAsync();

    /// <summary>Starts an orchestration and waits for its end.</summary>
    public async Task<OrchestrationMetadata> RunToEndAsync(
        TaskName orchestrator, object? input = null, StartOrchestrationOptions? options = null) =>
        await EndOfAsync(
            await Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, options, TestContext.Current.CancellationToken));

    /// <summary>Waits for the end of an orchestration.</summary>
    public Task<OrchestrationMetadata> EndOfAsync(string id)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        return Client.WaitForInstanceCompletionAsync(
            id, getInputsAndOutputs: true, cancellationToken).WaitAsync(Eventually.Limit, cancellationToken);
    }

    /// <summary>Waits until an orchestration has a status.</summary>
    public Task BecomesAsync(string id, OrchestrationRuntimeStatus status) => Eventually.HoldsAsync(
        async () => (await Client.GetInstanceAsync(id, TestContext.Current.CancellationToken))?.RuntimeStatus == status);

    /// <summary>Waits until the host has logged a text.</summary>
    public Task LogsAsync(string text) => Eventually.HoldsAsync(() => HasLogged(text));

    public bool HasLogged(string text) => Logs.Lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    public HttpClient CreateHttp(bool withKey = true)
    {
        var http = new HttpClient { BaseAddress = new(Addresses.Single()) };
        if (withKey)
        {
            http.DefaultRequestHeaders.Add("x-functions-key", Key);
        }

        return http;
    }

    public async ValueTask DisposeAsync() => await ((IAsyncDisposable)_host).DisposeAsync();
}

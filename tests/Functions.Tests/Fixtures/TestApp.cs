using System.Net;
using System.Text;
using System.Text.Json;
using AeServerless.Functions.Orchestrations;
using AeServerless.LocalHost.Hosting;
using AeServerless.TestSupport;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Tests.Fixtures;

/// <summary>The function app on the local host, in this process.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly TemporaryFolder _state;

    private TestApp(IHost host, TemporaryFolder state, HttpClient http, TestStorage storage)
    {
        _host = host;
        _state = state;
        Http = http;
        Storage = storage;
    }

    public HttpClient Http { get; }

    public AppClient Client => new(Http);

    public TestStorage Storage { get; }

    public IServiceProvider Services => _host.Services;

    public static Task<TestApp> StartAsync(AzuriteFixture azurite, params (string Key, string Value)[] settings) =>
        StartAsync(TestSettings.Create(azurite.ConnectionString, settings), static _ => { });

    public static async Task<TestApp> StartAsync(Dictionary<string, string?> settings, Action<IServiceCollection> configure)
    {
        var state = new TemporaryFolder();
        var builder = new LocalHostBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration.AddInMemoryCollection([.. settings, KeyValuePair.Create("LocalHostStateFolder", (string?)state.Path)]);
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.AddAeServerless();
        builder.Services.Configure<LocalHostOptions>(options => options.FunctionTypes = typeof(RunOrchestration).Assembly.GetTypes());
        configure(builder.Services);

        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var http = new HttpClient { BaseAddress = new Uri(address + "/api/") };
        http.DefaultRequestHeaders.Add("x-functions-key", (await File.ReadAllTextAsync(state.File("http.key"))).Trim());
        return new TestApp(host, state, http, new TestStorage(new BlobServiceClient(settings["AzureWebJobsStorage"]), settings));
    }

    /// <summary>Sends a request and reads the answer.</summary>
    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        var content = body is null ? null : Encoding.UTF8.GetBytes(body);
        var answer = await Client.SendAsync(method, path, TestContext.Current.CancellationToken, content);
        return ((int)answer.Status, answer.Json);
    }

    /// <summary>Starts a run and returns its id.</summary>
    public Task<string> StartRunAsync(string dataset, string recipe) =>
        Client.StartAsync(dataset, JsonSerializer.Serialize(recipe), TestContext.Current.CancellationToken);

    /// <summary>Starts a run and waits until it is over.</summary>
    public async Task<JsonElement> RunAsync(string dataset, string recipe) => await WaitAsync(await StartRunAsync(dataset, recipe));

    /// <summary>Waits until a run is over.</summary>
    public async Task<JsonElement> WaitAsync(string runId) =>
        (await Client.WaitAsync(runId, TestContext.Current.CancellationToken)).Expect(HttpStatusCode.OK).Json;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _state.Dispose();
    }
}

using System.Net.Http.Json;
using System.Text.Json;
using AeServerless.Functions.Orchestrations;
using AeServerless.LocalHost;
using AeServerless.LocalHost.Hosting;
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
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly IHost _host;
    private readonly DirectoryInfo _state;

    private TestApp(IHost host, DirectoryInfo state, HttpClient http, TestStorage storage)
    {
        (_host, _state, Http, Storage) = (host, state, http, storage);
    }

    public HttpClient Http { get; }

    public TestStorage Storage { get; }

    public IServiceProvider Services => _host.Services;

    public static Task<TestApp> StartAsync(AzuriteFixture azurite, params (string Key, string Value)[] settings) =>
        StartAsync(TestSettings.Create(azurite.ConnectionString, settings), static _ => { });

    public static async Task<TestApp> StartAsync(Dictionary<string, string?> settings, Action<IServiceCollection> configure)
    {
        var state = Directory.CreateTempSubdirectory("functions-tests-");
        var builder = new LocalHostBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration.AddInMemoryCollection([.. settings, KeyValuePair.Create("LocalHostStateFolder", (string?)state.FullName)]);
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.AddAeServerless();
        builder.Services.Configure<LocalHostOptions>(options => options.FunctionTypes = typeof(RunOrchestration).Assembly.GetTypes());
        configure(builder.Services);

        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var http = new HttpClient { BaseAddress = new Uri(address + "/api/") };
        http.DefaultRequestHeaders.Add("x-functions-key", (await File.ReadAllTextAsync(Path.Combine(state.FullName, "http.key"))).Trim());
        return new TestApp(host, state, http, new TestStorage(new BlobServiceClient(settings["AzureWebJobsStorage"]), settings));
    }

    /// <summary>Sends a request and reads the answer.</summary>
    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    /// <summary>Starts a run and returns its id.</summary>
    public async Task<string> StartRunAsync(string dataset, string recipe)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, "runs", JsonSerializer.Serialize(new { dataset, recipe }));
        Assert.True(status == 202, body.ToString());
        return body.GetProperty("runId").GetString()!;
    }

    /// <summary>Starts a run and waits until it is over.</summary>
    public async Task<JsonElement> RunAsync(string dataset, string recipe) => await WaitAsync(await StartRunAsync(dataset, recipe));

    /// <summary>Waits until a run is over.</summary>
    public async Task<JsonElement> WaitAsync(string runId)
    {
        while (true)
        {
            var (status, run) = await SendAsync(HttpMethod.Get, $"runs/{runId}");
            Assert.True(status == 200, run.ToString());
            if (run.GetProperty("status").GetString() is "completed" or "failed" or "terminated")
            {
                return run;
            }

            await Task.Delay(PollInterval, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _state.Delete(recursive: true);
    }
}

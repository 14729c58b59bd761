using AeServerless.TestSupport;

namespace AeServerless.Robustness.Tests.Runs;

/// <summary>The function app on a task hub and a container of results of its own, that can be started, killed and started again.</summary>
/// <param name="name">Lower-case letters and digits: names the hub and the container.</param>
internal sealed class RestartableApp(string name) : IAsyncDisposable
{
    private readonly TemporaryFolder _state = new();
    private FunctionAppProcess? _app;

    /// <summary>The container of its results.</summary>
    public string Results => $"results-{name}";

    /// <summary>The running app.</summary>
    public FunctionAppProcess App => _app ?? throw new InvalidOperationException("The host does not run.");

    /// <summary>Calls it.</summary>
    public AppClient Client => new(App.Client);

    public async Task<AppClient> StartAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>
        {
            ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = $"Hub{name}",
            ["ResultsContainer"] = Results,
            ["RecipesContainer"] = $"recipes-{name}",
            ["StorageTimeoutSeconds"] = "1",
            ["EngineThreads"] = "1",
            ["LocalHostBlobPollSeconds"] = "5",
        };
        _app = await FunctionAppProcess.StartAsync(connectionString, _state.Path, settings, cancellationToken: cancellationToken);
        return Client;
    }

    public async Task KillAsync()
    {
        await App.KillAsync();
        await App.DisposeAsync();
        _app = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _state.Dispose();
    }
}

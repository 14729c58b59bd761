using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using AeServerless.TestSupport;

namespace AeServerless.EndToEnd.Tests;

/// <summary>A function app on an Azurite of its own, with the sample's model, autoencoders and one recipe uploaded.</summary>
internal sealed class App : IAsyncDisposable
{
    private static readonly TimeSpan RunTimeout = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("ae-app-");
    private readonly AzuriteProcess _azurite;
    private readonly IReadOnlyDictionary<string, string> _settings;

    private App(AzuriteProcess azurite, IReadOnlyDictionary<string, string> settings) => (_azurite, _settings) = (azurite, settings);

    public FunctionAppProcess Process { get; private set; } = null!;

    /// <summary>Variables that point the command-line program here.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AE_HOST"] = new Uri(Process.Client.BaseAddress!, "/").ToString(),
        ["AE_KEY"] = Process.Client.DefaultRequestHeaders.GetValues("x-functions-key").Single(),
        ["AE_STORAGE"] = _azurite.ConnectionString,
    };

    public static async Task<App> StartAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var app = new App(
            await AzuriteProcess.StartAsync(cancellationToken: TestContext.Current.CancellationToken),
            settings ?? new Dictionary<string, string>());
        try
        {
            await app.StartProcessAsync();
            await app.CliAsync("upload", "model", Path.Combine(CapturedSample.Sample, "model"), "--name", "kjv-gpt2");
            await app.CliAsync("upload", "autoencoders", Path.Combine(CapturedSample.Sample, "autoencoders"), "--name", "kjv-gpt2");
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public Task<string> CliAsync(params string[] arguments) => Cli.SucceedAsync(Environment, arguments);

    /// <summary>Runs a command in a folder.</summary>
    public Task<string> CliInAsync(string folder, params string[] arguments) => Cli.SucceedInAsync(folder, Environment, arguments);

    /// <summary>Starts the process, the first time or after it was killed.</summary>
    public async Task StartProcessAsync() =>
        Process = await FunctionAppProcess.StartAsync(
            _azurite.ConnectionString, _state.FullName, _settings, cancellationToken: TestContext.Current.CancellationToken);

    public async Task<JsonElement> WaitForRunAsync(Func<JsonElement, bool> found)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < RunTimeout; await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            var answer = await Process.Client.GetFromJsonAsync<JsonElement>("runs", TestContext.Current.CancellationToken);
            foreach (var run in answer.GetProperty("runs").EnumerateArray().Where(found))
            {
                return run;
            }
        }

        throw new TimeoutException($"No such run within {RunTimeout}. {Process.Output}");
    }

    /// <summary>The run over a dataset, when it is completed.</summary>
    public async Task<JsonElement> WaitForCompletedRunAsync(string dataset)
    {
        var run = await WaitForRunAsync(run => run.GetProperty("dataset").GetString() == dataset
            && run.GetProperty("status").GetString() is ("completed" or "failed"));
        return run.GetProperty("status").GetString() == "completed" ? run : throw new InvalidOperationException($"The run failed: {run}");
    }

    /// <summary>The bytes of a run's results by name; all but <c>run.json</c>, which has times in it.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> ResultsAsync(string runId)
    {
        var results = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var answer = await Process.Client.GetFromJsonAsync<JsonElement>($"runs/{runId}/results", TestContext.Current.CancellationToken);
        foreach (var file in answer.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()!))
        {
            if (file.StartsWith("statistics/", StringComparison.Ordinal) || file.StartsWith("latents/", StringComparison.Ordinal)
                || file.StartsWith("tokens/", StringComparison.Ordinal) || file == "summary.json")
            {
                results.Add(
                    file, await Process.Client.GetByteArrayAsync($"runs/{runId}/results/{file}", TestContext.Current.CancellationToken));
            }
        }

        return results;
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is not null)
        {
            await Process.DisposeAsync();
        }

        await _azurite.DisposeAsync();
        _state.Delete(recursive: true);
    }
}

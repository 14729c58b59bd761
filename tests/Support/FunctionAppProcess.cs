using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace AeServerless.TestSupport;

/// <summary>The built function app as a real process, ended by its process id: politely, or by SIGKILL as a crash.</summary>
public sealed class FunctionAppProcess : IAsyncDisposable
{
    private const int OutputKept = 64 * 1024;
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output;

    private FunctionAppProcess(Process process, StringBuilder output, HttpClient client)
    {
        _process = process;
        _output = output;
        Client = client;
    }

    /// <summary>The process id of the app.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The most memory that it has had at a time, in bytes; 0 once it has ended.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.PeakWorkingSet64;
        }
    }

    /// <summary>The processor time that it has taken, of all cores together.</summary>
    public TimeSpan ProcessorTime => _process.TotalProcessorTime;

    /// <summary>Calls its HTTP API, key included; addresses are relative to /api/.</summary>
    public HttpClient Client { get; }

    /// <summary>What the process wrote, its last 64 K characters.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the app and waits until it answers.</summary>
    /// <param name="storage">Connection string of the storage account.</param>
    /// <param name="stateFolder">Where it keeps its key; the same folder for every start of one app.</param>
    /// <param name="settings">App settings beside these two.</param>
    /// <param name="assembly">Another app in its place: one built beside the tests, with a function at /api/health.</param>
    /// <param name="cancellationToken">Gives up; the process is ended.</param>
    public static async Task<FunctionAppProcess> StartAsync(
        string storage,
        string stateFolder,
        IReadOnlyDictionary<string, string>? settings = null,
        string? assembly = null,
        CancellationToken cancellationToken = default)
    {
        var port = FreePort.Take(1)[0];
        var start = new ProcessStartInfo(
            "dotnet", [assembly ?? Built("src", "Functions", "AeServerless.Functions.dll"), "--urls", $"http://127.0.0.1:{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["AzureWebJobsStorage"] = storage;
        start.Environment["LocalHostStateFolder"] = stateFolder;
        start.Environment["LocalHostBlobPollSeconds"] = "0.2";

        // These processes live for seconds: what the runtime would learn for better code is not worth its time.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var app = Launch(start, port);
        try
        {
            await app.WaitUntilReadyAsync(Path.Combine(stateFolder, "http.key"), cancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>The assembly of another project of the repository, built beside the tests in the same configuration.</summary>
    public static string Built(string area, string project, string assembly)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(RepositoryRoot.Path, area, project, "bin", folder.Parent!.Name, folder.Name, assembly);
        return File.Exists(path) ? path : throw new FileNotFoundException("The app is not built in this configuration.", path);
    }

    /// <summary>Ends it by SIGKILL, as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static FunctionAppProcess Launch(ProcessStartInfo start, int port)
    {
        var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        var output = new StringBuilder();
        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new(process, output, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/") });

        void Collect(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
                if (output.Length > OutputKept)
                {
                    output.Remove(0, output.Length - OutputKept);
                }
            }
        }
    }

    private async Task WaitUntilReadyAsync(string keyFile, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        Client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        while (true)
        {
            if (_process.HasExited || waited.Elapsed > ReadyTimeout)
            {
                throw new InvalidOperationException($"The function app did not start: {Output}");
            }

            try
            {
                using var response = await Client.GetAsync("health", cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    break;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50, cancellationToken);
        }

        Client.DefaultRequestHeaders.Add("x-functions-key", (await File.ReadAllTextAsync(keyFile, cancellationToken)).Trim());
    }
}

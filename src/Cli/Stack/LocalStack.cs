using System.Diagnostics;
using System.Net.Http.Headers;
using AeServerless.Azurite;

namespace AeServerless.Cli.Stack;

/// <summary>Azurite and the function app as its own host, as processes on this machine; disposing ends them.</summary>
internal sealed class LocalStack : IAsyncDisposable
{
    /// <summary>Azurite's well-known development account: not a secret.</summary>
    private const string DevelopmentAccount =
        "AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;";

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    // Azurite can take long to stop and keeps its data safe without; the host hands back what is in flight.
    private static readonly TimeSpan AzuriteGrace = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan HostGrace = TimeSpan.FromSeconds(20);

    private readonly StackFolder _folder;
    private readonly List<(string Name, ChildProcess Process)> _processes = [];

    private LocalStack(StackFolder folder) => _folder = folder;

    private static RunningStacks Stacks => new(Repository.State);

    /// <summary>How commands reach this stack.</summary>
    public Connection Connection { get; private set; } = null!;

    public bool HasExited => _processes.Any(child => child.Process.HasExited);

    /// <summary>Starts the emulator, the app and its workers, and waits until the app answers.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="cancellationToken">Ends the start; what was started is ended.</param>
    public static async Task<LocalStack> StartAsync(StackOptions options, CancellationToken cancellationToken)
    {
        var stack = new LocalStack(StackFolder.Take(options.Folder));
        try
        {
            await stack.StartPartsAsync(options, cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the process that ended said last.</summary>
    public string WhyExited()
    {
        var (name, process) = _processes.First(child => child.Process.HasExited);
        return Ended(name, process);
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Forget(_folder.Path);
        Stacks.Remove(_folder.Path);
        foreach (var (_, process) in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task StartPartsAsync(StackOptions options, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{(options.Port == 0 ? Ports.Choose(7071)[0] : options.Port)}");
        var storage = options.Storage ?? await StartAzuriteAsync(cancellationToken);
        var role = options.ControlOnly || options.Workers > 0 ? "control" : "all";
        var host = StartHost("The function app", "host", role, storage, options.Hub, address);
        for (var worker = 1; worker <= options.Workers; worker++)
        {
            StartHost($"Worker {worker}", $"worker-{worker}", "worker", storage, options.Hub, address: null);
        }

        _folder.Tell(address, _processes.Select(child => child.Process.Process));
        await WaitAsync(host, "The function app", new Uri(address, "/api/health"), cancellationToken);
        var key = await File.ReadAllTextAsync(HostKeyPath(_folder.Path), cancellationToken);
        Connection = new Connection(address, key.Trim(), storage);
        Connection.Save(_folder.Path);
        Stacks.Add(_folder.Path);
    }

    private async Task<string> StartAzuriteAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(AzuriteNode.Script(Repository.Root)))
        {
            throw new CliException($"{AzuriteNode.Script(Repository.Root)}: not found; run npm ci in {Repository.Root}.");
        }

        var data = Path.Combine(_folder.Path, "azurite");
        Directory.CreateDirectory(data);
        AzuriteStore.Check(data);
        var ports = Ports.Choose(10000, 10001, 10002);
        var start = AzuriteNode.Prepare(Repository.Root, ports);
        start.ArgumentList.Add("--location");
        start.ArgumentList.Add(data);
        var azurite = ChildProcess.Start(start, Path.Combine(_folder.Path, "logs", "azurite.log"), AzuriteGrace);
        _processes.Add(("Azurite", azurite));
        await WaitAsync(azurite, "Azurite", new Uri($"http://127.0.0.1:{ports[0]}/"), cancellationToken);
        return $"DefaultEndpointsProtocol=http;{DevelopmentAccount}" + string.Concat(
            new[] { "Blob", "Queue", "Table" }.Zip(
                ports, (service, port) => $"{service}Endpoint=http://127.0.0.1:{port}/devstoreaccount1;"));
    }

    private ChildProcess StartHost(string name, string log, string role, string storage, string? hub, Uri? address)
    {
        var start = HostProcess.Prepare(role, storage, hub);
        if (address is not null)
        {
            start.ArgumentList.Add("--urls");
            start.ArgumentList.Add(address.ToString());
            start.Environment["LocalHostStateFolder"] = Path.Combine(_folder.Path, "host");

            // An upload waits half of this on average. The storage is on this machine: asking it costs 1 % of a core.
            start.Environment.TryAdd("LocalHostBlobPollSeconds", "0.2");
        }

        var process = ChildProcess.Start(start, Path.Combine(_folder.Path, "logs", $"{log}.log"), HostGrace);
        _processes.Add((name, process));
        return process;
    }

    /// <summary>Where the host keeps the key of a stack in this folder.</summary>
    public static string HostKeyPath(string folder) => Path.Combine(folder, "host", "http.key");

    private static async Task WaitAsync(ChildProcess process, string name, Uri address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                // Any answer will do: it listens.
                using var response = await client.GetAsync(address, cancellationToken);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                if (process.HasExited)
                {
                    throw new CliException(Ended(name, process));
                }

                if (started.Elapsed > ReadyTimeout)
                {
                    throw new CliException(
                        $"{name} did not answer at {address} within {ReadyTimeout.TotalSeconds:0} s; see {process.LogPath}.");
                }

                await Task.Delay(PollInterval, cancellationToken);
            }
        }
    }

    private static string Ended(string name, ChildProcess process) =>
        $"{name} ended; its log, {process.LogPath}, ends with: {process.LastLine()}";
}

using System.Diagnostics;
using System.Net.Http.Headers;

namespace AeServerless.Cli.Stack;

/// <summary>Azurite and the function app in the embedded host, as two processes on this machine; disposing ends both.</summary>
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

    private readonly ChildProcess _azurite;
    private readonly ChildProcess _host;
    private readonly string _folder;

    private LocalStack(ChildProcess azurite, ChildProcess host, string folder, Connection connection)
    {
        (_azurite, _host, _folder) = (azurite, host, folder);
        Connection = connection;
    }

    /// <summary>How commands reach this stack.</summary>
    public Connection Connection { get; }

    public bool HasExited => _azurite.HasExited || _host.HasExited;

    /// <summary>Starts both and waits until the function app answers.</summary>
    /// <param name="folder">Keeps storage, the host's key and logs; made if it isn't there.</param>
    /// <param name="port">The host's port; 0 for 7071, or a free one when that is taken.</param>
    /// <param name="cancellationToken">Ends the start; what was started is ended.</param>
    public static async Task<LocalStack> StartAsync(string folder, int port, CancellationToken cancellationToken)
    {
        if (!File.Exists(AzuriteNode.Script(Repository.Root)))
        {
            throw new CliException($"{AzuriteNode.Script(Repository.Root)}: not found; run npm ci in {Repository.Root}.");
        }

        Directory.CreateDirectory(folder);
        var ports = Ports.Choose(10000, 10001, 10002);
        var address = new Uri($"http://127.0.0.1:{(port == 0 ? Ports.Choose(7071)[0] : port)}");
        var storage = $"DefaultEndpointsProtocol=http;{DevelopmentAccount}" + string.Concat(
            new[] { "Blob", "Queue", "Table" }.Zip(ports, (service, p) => $"{service}Endpoint=http://127.0.0.1:{p}/devstoreaccount1;"));

        var azurite = StartAzurite(folder, ports);
        ChildProcess? host = null;
        try
        {
            await WaitAsync(azurite, "Azurite", new Uri($"http://127.0.0.1:{ports[0]}/"), cancellationToken);
            host = StartHost(folder, address, storage);
            await WaitAsync(host, "The function app", new Uri(address, "/api/health"), cancellationToken);
            var key = await File.ReadAllTextAsync(HostKeyPath(folder), cancellationToken);
            var connection = new Connection(address, key.Trim(), storage);
            connection.Save(folder);
            return new LocalStack(azurite, host, folder, connection);
        }
        catch
        {
            if (host is not null)
            {
                await host.DisposeAsync();
            }

            await azurite.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the process that ended said last.</summary>
    public string WhyExited() => _azurite.HasExited ? Ended("Azurite", _azurite) : Ended("The function app", _host);

    public async ValueTask DisposeAsync()
    {
        Connection.Forget(_folder);
        await _host.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    private static ChildProcess StartAzurite(string folder, int[] ports)
    {
        var start = AzuriteNode.Prepare(Repository.Root, ports);
        start.ArgumentList.Add("--location");
        start.ArgumentList.Add(Path.Combine(folder, "azurite"));
        Directory.CreateDirectory(Path.Combine(folder, "azurite"));
        return ChildProcess.Start(start, Path.Combine(folder, "logs", "azurite.log"), AzuriteGrace);
    }

    private static ChildProcess StartHost(string folder, Uri address, string storage)
    {
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Repository.FunctionApp, "--urls", address.ToString() } };
        start.Environment["AzureWebJobsStorage"] = storage;
        start.Environment["EmbeddedHostStateFolder"] = Path.Combine(folder, "host");
        return ChildProcess.Start(start, Path.Combine(folder, "logs", "host.log"), HostGrace);
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
        $"{name} ended; its log is {process.LogPath} and ends with:{Environment.NewLine}{process.Tail()}";
}

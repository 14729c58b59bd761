using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using AeServerless.Azurite;

namespace AeServerless.TestSupport;

/// <summary>A real Azurite on free ports, ended by its process id when disposed.</summary>
public sealed class AzuriteProcess : IAsyncDisposable
{
    private const string Account = "devstoreaccount1";

    // The emulator's published key: the same on every machine.
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private const int StartAttempts = 5;
    private const int OutputKept = 8192;
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly int[] _ports;
    private static readonly ConditionalWeakTable<Process, StringBuilder> Output = [];

    private AzuriteProcess(Process process, int[] ports)
    {
        _process = process;
        _ports = ports;
    }

    /// <summary>The process id of Azurite.</summary>
    public int ProcessId => _process.Id;

    /// <summary>The processor time that it has taken, of all cores together.</summary>
    public TimeSpan ProcessorTime => _process.TotalProcessorTime;

    /// <summary>Port of the blob service.</summary>
    public int BlobPort => _ports[0];

    /// <summary>Port of the queue service.</summary>
    public int QueuePort => _ports[1];

    /// <summary>Port of the table service.</summary>
    public int TablePort => _ports[2];

    /// <summary>The connection string for its one account.</summary>
    public string ConnectionString => BuildConnectionString(BlobPort, QueuePort, TablePort);

    /// <summary>Starts Azurite from the repository's node_modules, installing them first if they are missing.</summary>
    /// <param name="location">Folder to keep data in; null keeps it in memory.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The running Azurite, reachable.</returns>
    /// <exception cref="InvalidOperationException">It could not be installed or started.</exception>
    public static async Task<AzuriteProcess> StartAsync(string? location = null, CancellationToken cancellationToken = default)
    {
        await InstallAsync(cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            // Between finding a port and binding it someone else may take it.
            var ports = FreePort.Take(3);
            var process = Launch(location, ports);
            if (await IsReachableAsync(process, ports, cancellationToken))
            {
                return new(process, ports);
            }

            var output = await EndAsync(process);
            if (attempt == StartAttempts)
            {
                throw new InvalidOperationException($"Azurite did not start: {output}");
            }
        }
    }

    /// <summary>A connection string for the emulator's account on given ports, such as a proxy's.</summary>
    /// <param name="blobPort">Port of the blob service.</param>
    /// <param name="queuePort">Port of the queue service.</param>
    /// <param name="tablePort">Port of the table service.</param>
    /// <returns>The connection string.</returns>
    public static string BuildConnectionString(int blobPort, int queuePort, int tablePort) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={AccountKey};" +
        $"BlobEndpoint=http://127.0.0.1:{blobPort}/{Account};QueueEndpoint=http://127.0.0.1:{queuePort}/{Account};" +
        $"TableEndpoint=http://127.0.0.1:{tablePort}/{Account};";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync(_process);

    private static Process Launch(string? location, int[] ports)
    {
        var start = AzuriteNode.Prepare(RepositoryRoot.Path, ports);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.WorkingDirectory) = (true, true, Path.GetTempPath());
        start.ArgumentList.Add("--disableProductStyleUrl");
        if (location is null)
        {
            start.ArgumentList.Add("--inMemoryPersistence");
        }
        else
        {
            start.ArgumentList.Add("--location");
            start.ArgumentList.Add(location);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException(
            "node could not be started: Azurite needs Node.js 20 or newer.");

        // A pipe that nobody empties stops the process that writes to it.
        var output = Output.GetOrCreateValue(process);
        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Collect(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                if (output.Length < OutputKept)
                {
                    output.AppendLine(line.Data);
                }
            }
        }
    }

    private static async Task<bool> IsReachableAsync(Process process, int[] ports, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StartTimeout);
        try
        {
            foreach (var port in ports)
            {
                while (!await AcceptsAsync(port, timeout.Token))
                {
                    if (process.HasExited)
                    {
                        return false;
                    }

                    await Task.Delay(50, timeout.Token);
                }
            }

            return !process.HasExited;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> AcceptsAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string> EndAsync(Process process)
    {
        using (process)
        {
            // Azurite takes many seconds over a polite stop, and its data here is nobody's.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            return Output.GetOrCreateValue(process).ToString();
        }
    }

    private static async Task InstallAsync(CancellationToken cancellationToken)
    {
        var script = AzuriteNode.Script(RepositoryRoot.Path);
        if (File.Exists(script))
        {
            return;
        }

        // Two test projects that run at once must not install over each other.
        await using var gate = await LockAsync(Path.Combine(RepositoryRoot.Path, "node_modules.lock"), cancellationToken);
        if (File.Exists(script))
        {
            return;
        }

        var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = RepositoryRoot.Path,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var npm = Process.Start(start) ?? throw new InvalidOperationException(
            "npm could not be started: Azurite needs Node.js 20 or newer.");
        var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await npm.StandardError.ReadToEndAsync(cancellationToken);
        await npm.WaitForExitAsync(cancellationToken);
        if (npm.ExitCode != 0 || !File.Exists(script))
        {
            throw new InvalidOperationException($"npm ci failed: {await output}{errors}");
        }
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (waited.Elapsed < InstallLimit)
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }
}

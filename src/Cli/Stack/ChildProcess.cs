using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AeServerless.Cli.Stack;

/// <summary>
/// A process that this one started and ends: its output goes to a log file, and <see cref="DisposeAsync"/> stops it by its id.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan CopyTimeout = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly TimeSpan _grace;
    private readonly Task _logging;

    private ChildProcess(Process process, string logPath, TimeSpan grace)
    {
        _process = process;
        _grace = grace;
        LogPath = logPath;
        _logging = CopyOutputAsync();
    }

    /// <summary>Where its standard output and error go.</summary>
    public string LogPath { get; }

    /// <summary>The process, to be told apart from others.</summary>
    public Process Process => _process;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a process; it has <paramref name="grace"/> to end after SIGTERM before it is killed.</summary>
    public static ChildProcess Start(ProcessStartInfo start, string logPath, TimeSpan grace)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(logPath)!);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = false;
        var process = Process.Start(start) ?? throw new CliException($"{start.FileName}: could not be started.");
        return new ChildProcess(process, logPath, grace);
    }

    /// <summary>The last line of its log that says something, to show when it fails.</summary>
    public string LastLine()
    {
        using var reader = new StreamReader(new FileStream(LogPath, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.LastOrDefault(line => !line.StartsWith("at ", StringComparison.Ordinal)) ?? "nothing";
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Terminate(_process.Id);
            using var grace = new CancellationTokenSource(_grace);
            try
            {
                await _process.WaitForExitAsync(grace.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        await Task.WhenAny(_logging, Task.Delay(CopyTimeout));
        _process.Dispose();
    }

    /// <summary>Asks a process to end, by SIGTERM where there is one.</summary>
    public static void Terminate(int pid)
    {
        const int sigTerm = 15;
        if (OperatingSystem.IsWindows() || kill(pid, sigTerm) != 0)
        {
            using var process = Process.GetProcessById(pid);
            process.Kill(entireProcessTree: true);
        }

        [DllImport("libc", SetLastError = true)]
        static extern int kill(int pid, int signal);
    }

    private async Task CopyOutputAsync()
    {
        await using var log = new StreamWriter(new FileStream(LogPath, FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
        {
            AutoFlush = true,
        };
        await Task.WhenAll(CopyAsync(_process.StandardOutput), CopyAsync(_process.StandardError));

        async Task CopyAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (log)
                {
                    log.WriteLine(line);
                }
            }
        }
    }
}

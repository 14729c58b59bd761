using System.Collections.Concurrent;
using System.Diagnostics;
using AeServerless.LocalHost.Tests.Support;

namespace AeServerless.LocalHost.Tests.Processes;

/// <summary>The test app as a real process.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private AppProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    public static AppProcess Start(IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "TestApp.exe" : "TestApp"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--urls", "http://127.0.0.1:0" },
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>A client to the address that the process says it listens on.</summary>
    public async Task<HttpClient> ConnectAsync(string key)
    {
        const string Listening = "Listening on ";
        var line = await Eventually.GetAsync(() => Task.FromResult(_process.HasExited
            ? throw new InvalidOperationException(Output)
            : _output.FirstOrDefault(line => line.StartsWith(Listening, StringComparison.Ordinal))));
        var http = new HttpClient { BaseAddress = new(line[Listening.Length..]) };
        http.DefaultRequestHeaders.Add("x-functions-key", key);
        return http;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await ExitCodeAsync();
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}

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

    public int Id => _process.Id;

    public string Output => string.Join('\n', _output);

    public static AppProcess Start(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "TestApp.exe" : "TestApp"),
            ["--urls", "http://127.0.0.1:0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Waits until the process has said something.</summary>
    public Task SaysAsync(string text) => LineAsync(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>A client to the address that the process says it listens on.</summary>
    public async Task<HttpClient> ConnectAsync(string stateFolder)
    {
        const string Listening = "Listening on ";
        var line = await LineAsync(line => line.StartsWith(Listening, StringComparison.Ordinal));
        var http = new HttpClient { BaseAddress = new(line[Listening.Length..]) };
        http.DefaultRequestHeaders.Add(
            "x-functions-key", await File.ReadAllTextAsync(Path.Combine(stateFolder, "http.key"), TestContext.Current.CancellationToken));
        return http;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Limit);
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Limit);
        }

        return await ExitCodeAsync();
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Limit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private Task<string> LineAsync(Func<string, bool> isIt) => Eventually.GetAsync(() => Task.FromResult(
        _output.FirstOrDefault(isIt) ?? (_process.HasExited ? throw new InvalidOperationException($"The app has ended: {Output}") : null)));
}

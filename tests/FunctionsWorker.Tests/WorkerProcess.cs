using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AeServerless.FunctionsWorker.Tests;

/// <summary>The built app, started as a Functions host starts it.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private WorkerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    public static WorkerProcess Start(string assembly, Uri host, string workerId)
    {
        var length = RpcHost.LargestMessage.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("dotnet",
        [
            assembly,
            "--host", host.Host, "--port", $"{host.Port}", "--workerId", workerId, "--requestId", "start", "--grpcMaxMessageLength", length,
            "--functions-uri", host.ToString(), "--functions-worker-id", workerId, "--functions-request-id", "start",
            "--functions-grpc-max-message-length", length,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(assembly)!,
        };

        // Which a host reads, and hands on to its workers as environment.
        using var settings = JsonDocument.Parse(
            File.ReadAllBytes(
                Path.Combine(start.WorkingDirectory, "local.settings.json")), new() { CommentHandling = JsonCommentHandling.Skip });
        foreach (var value in settings.RootElement.GetProperty("Values").EnumerateObject())
        {
            start.Environment[value.Name] = value.Value.ToString();
        }

        return new WorkerProcess(Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started."));
    }

    public Task ExitAsync() => _process.WaitForExitAsync();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}

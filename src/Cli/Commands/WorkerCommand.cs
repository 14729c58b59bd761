using System.CommandLine;
using System.Diagnostics;
using AeServerless.Cli.Stack;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae worker</c>: computes chunks of a task hub that another machine controls.</summary>
internal static class WorkerCommand
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(25);

    public static Command Create()
    {
        var storage = new Option<string?>("--storage")
        {
            Description =
                "The hub's storage account: a connection string, or the address of its blob service for your identity (default: "
                    + "AE_STORAGE).",
        };
        var hub = new Option<string?>("--hub") { Description = "The task hub (default: that of host.json)." };
        var command = new Command(
            "worker", "Computes chunks of a task hub until Ctrl-C: no port, no triggers, as many on as many machines as you like.")
        {
            storage, hub,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(storage) ?? Environment.GetEnvironmentVariable("AE_STORAGE") ?? throw new CliException(
                "--storage: is needed, or AE_STORAGE: the connection string of the hub's storage account, or the address of its blob "
                    + "service."),
            result.GetValue(hub),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string storage, string? hub, CancellationToken cancellationToken)
    {
        using var worker = Process.Start(HostProcess.Prepare("worker", storage, hub))
            ?? throw new CliException("dotnet: could not be started.");
        try
        {
            await worker.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It had the same signal, and hands back what it computes.
            ChildProcess.Terminate(worker.Id);
            await Task.WhenAny(worker.WaitForExitAsync(CancellationToken.None), Task.Delay(Grace, CancellationToken.None));
            if (!worker.HasExited)
            {
                worker.Kill(entireProcessTree: true);
            }

            return 0;
        }

        return worker.ExitCode;
    }
}

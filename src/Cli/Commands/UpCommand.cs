using System.CommandLine;
using AeServerless.Cli.Stack;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae up</c>: storage emulator and function app until Ctrl-C.</summary>
internal static class UpCommand
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var port = new Option<int>("--port")
        {
            Description = "Port of the function app (default: 7071, or a free one when that is taken).",
        };
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "Folder that keeps storage, the function key and logs (default: .ae/up).",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Repository.State, "up")),
        };
        var command = new Command("up", "Starts the storage emulator and the function app on this machine until Ctrl-C.") { port, data };
        command.SetAction(
            (result, cancellationToken) => RunAsync(result.GetRequiredValue(data).FullName, result.GetValue(port), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string folder, int port, CancellationToken cancellationToken)
    {
        await using var stack = await LocalStack.StartAsync(folder, port, cancellationToken);
        Console.WriteLine($"""
            The function app listens at {stack.Connection.Address}api; its function key is in {LocalStack.HostKeyPath(folder)}.
            Storage and logs are in {folder}. In another terminal: ./ae upload, ./ae run, ./ae status. Ctrl-C ends both.
            """);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (stack.HasExited)
            {
                throw new CliException(stack.WhyExited());
            }

            await Task.WhenAny(Task.Delay(WatchInterval, cancellationToken));
        }

        Console.WriteLine("Ending …");
        return 0;
    }
}

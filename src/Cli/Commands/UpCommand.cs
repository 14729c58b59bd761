using System.CommandLine;
using System.Globalization;
using AeServerless.Cli.Api;
using AeServerless.Cli.Stack;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae up</c>: storage emulator and function app until Ctrl-C.</summary>
internal static class UpCommand
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var port =
            new Option<int>("--port") { Description = "Port of the function app (default: 7071, or a free one when that is taken)." };
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "Folder that keeps storage, the function key and logs (default: .ae/up).",
            DefaultValueFactory = _ => new DirectoryInfo(new RunningStacks(Repository.State).Default),
        };
        var workers = new Option<int>("--workers")
        {
            Description = "Worker processes beside the app, which then takes no chunks itself (default: 0, the app computes them).",
        };
        var control = new Option<bool>("--control") { Description = "The app takes no chunks: ./ae worker on other machines does." };
        var storage = new Option<string?>("--storage")
        {
            Description =
                "A storage account in place of the emulator: a connection string, or the address of its blob service for your identity.",
        };
        var hub = new Option<string?>("--hub") { Description = "The task hub (default: that of host.json)." };
        var command = new Command("up", "Starts the storage emulator and the function app on this machine until Ctrl-C.")
        {
            port, data, workers, control, storage, hub,
        };
        Require(port, 0, 65535);
        Require(workers, 0, 64);
        command.SetAction((result, cancellationToken) => RunAsync(
            new StackOptions(result.GetRequiredValue(data).FullName)
            {
                Port = result.GetValue(port),
                Workers = result.GetValue(workers),
                ControlOnly = result.GetValue(control),
                Storage = result.GetValue(storage),
                Hub = result.GetValue(hub),
            },
            cancellationToken));
        return command;
    }

    private static void Require(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: var text }] && int.TryParse(text, CultureInfo.InvariantCulture, out var value)
            && (value < least || value > most))
        {
            result.AddError($"{option.Name}: must be a whole number from {least} to {most}.");
        }
    });

    private static async Task<int> RunAsync(StackOptions options, CancellationToken cancellationToken)
    {
        await using var stack = await LocalStack.StartAsync(options, cancellationToken);
        var folder = options.Folder;
        using var app = new AppClient(stack.Connection);
        var explorer = await app.ExplorerAsync(runId: null, cancellationToken);
        Console.WriteLine($"""
            The function app listens at {stack.Connection.Address}api; its function key is in {LocalStack.HostKeyPath(folder)}.
            Explore its runs at {explorer} (opens once).
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

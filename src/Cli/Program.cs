using System.CommandLine;
using AeServerless.Cli;
using AeServerless.Cli.Commands;
using AeServerless.Engine;

var root = new RootCommand("Derived scalars of sparse autoencoders over whole datasets.")
{
    DemoCommand.Create(),
    UpCommand.Create(),
    WorkerCommand.Create(),
    CaptureCommand.Create(),
    UploadCommand.Create(),
    RunCommand.Create(),
    StatusCommand.Create(),
    VerifyCommand.Create(),
    PoisonCommand.Create(),
    GcCommand.Create(),
    PlanCommand.Create(),
    GoldenCommand.Create(),
};

try
{
    // Commands end what they started (Azurite, the host) after Ctrl-C: give them the time it takes.
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
    });
}
catch (Exception e) when (e is CliException or InvalidInputException)
{
    await Console.Error.WriteLineAsync($"ae: {e.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}

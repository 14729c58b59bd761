using System.CommandLine;
using System.CommandLine.Invocation;
using AeServerless.Cli.Errors;

namespace AeServerless.Cli.Commands;

/// <summary>The program: its commands, and how they end.</summary>
internal static class CommandLine
{
    private const int Interrupted = 130;

    public static RootCommand Create() => new("Derived scalars of sparse autoencoders over whole datasets.")
    {
        DemoCommand.Create(),
        UpCommand.Create(),
        WorkerCommand.Create(),
        CaptureCommand.Create(),
        TokenizeCommand.Create(),
        ConvertCommand.Create(),
        UploadCommand.Create(),
        RunCommand.Create(),
        StatusCommand.Create(),
        ExportCommand.Create(),
        QueryCommand.Create(),
        ShowCommand.Create(),
        VerifyCommand.Create(),
        PoisonCommand.Create(),
        GcCommand.Create(),
        PlanCommand.Create(),
        InspectCommand.Create(),
        GoldenCommand.Create(),
    };

    /// <summary>Runs a command.</summary>
    /// <param name="arguments">What stands behind the program's name.</param>
    /// <param name="errors">Gets one line where the command can't do what was asked.</param>
    /// <returns>0, 1 after an error or where a check found differences, 130 after Ctrl-C.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter errors)
    {
        try
        {
            var parsed = Create().Parse(arguments);
            if (parsed.Action is ParseErrorAction)
            {
                throw new CliException(ParseFaults.Describe(parsed));
            }

            // Commands end what they started (Azurite, the host) after Ctrl-C: give them the time it takes.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
            });
        }
        catch (OperationCanceledException e) when (!UserErrors.IsTimeout(e))
        {
            return Interrupted;
        }
        catch (Exception e)
        {
            await errors.WriteLineAsync($"ae: {OneLine.Of(UserErrors.Describe(e) ?? UnexpectedError.Describe(e))}");
            return 1;
        }
    }
}

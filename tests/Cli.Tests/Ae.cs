using AeServerless.Cli.Commands;

namespace AeServerless.Cli.Tests;

/// <summary>Runs a command in this process.</summary>
internal static class Ae
{
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        IReadOnlyDictionary<string, string?> variables, params string[] arguments)
    {
        var before = variables.Keys.ToDictionary(name => name, name => Environment.GetEnvironmentVariable(name));
        var console = Console.Out;
        using var output = new StringWriter();
        using var errors = new StringWriter();
        try
        {
            Set(variables);
            Console.SetOut(output);
            var exitCode = await CommandLine.RunAsync(arguments, errors);
            return (exitCode, output.ToString(), errors.ToString());
        }
        finally
        {
            Console.SetOut(console);
            Set(before);
        }
    }

    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        RunAsync(new Dictionary<string, string?>(), arguments);

    private static void Set(IReadOnlyDictionary<string, string?> variables)
    {
        foreach (var (name, value) in variables)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}

using System.Diagnostics;
using AeServerless.TestSupport;

namespace AeServerless.EndToEnd.Tests;

/// <summary>The built command-line program as a process.</summary>
internal static class Cli
{
    /// <summary>Runs <c>ae</c> to its end.</summary>
    /// <param name="environment">Variables beside the tests' own.</param>
    /// <param name="arguments">The command and its options.</param>
    /// <returns>Exit code, and standard output and error together.</returns>
    public static Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunInAsync(Environment.CurrentDirectory, environment, arguments);

    /// <summary>Runs <c>ae</c>, which must succeed.</summary>
    public static Task<string> SucceedAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        SucceedInAsync(Environment.CurrentDirectory, environment, arguments);

    /// <summary>Runs <c>ae</c> in a folder, and it must succeed.</summary>
    public static async Task<string> SucceedInAsync(
        string workingFolder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var (exitCode, output) = await RunInAsync(workingFolder, environment, arguments);
        Assert.True(exitCode == 0, $"ae {string.Join(' ', arguments)} ended with {exitCode}: {output}");
        return output;
    }

    /// <summary>Starts <c>ae</c>, for a test that ends it.</summary>
    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        Process.Start(Describe(Environment.CurrentDirectory, environment, arguments))!;

    private static async Task<(int ExitCode, string Output)> RunInAsync(
        string workingFolder, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        using var process = Process.Start(Describe(workingFolder, environment, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    private static ProcessStartInfo Describe(
        string workingFolder, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(RepositoryRoot.Path, "src", "Cli", "bin", folder.Parent!.Name, folder.Name, "ae.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder,
        };
        start.Environment["AE_ROOT"] = RepositoryRoot.Path;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}

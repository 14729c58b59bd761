using System.Diagnostics;

namespace AeServerless.Infra.Tests.Bicep;

/// <summary>Runs the Bicep compiler, with nothing of the surrounding environment but what it needs.</summary>
internal static class BicepTool
{
    public static async Task<ToolResult> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(Repository.BicepTool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Parameter files read the environment: a variable of the machine must not change what is tested.
        start.Environment.Clear();
        start.Environment["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ToolResult(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public static Task<ToolResult> SnapshotAsync(string parameters, string mode, CancellationToken cancellationToken) => RunAsync(
        cancellationToken,
        "snapshot", parameters, "--mode", mode,
        "--subscription-id", "00000000-0000-0000-0000-000000000000", "--location", "swedencentral", "--deployment-name", "ae-serverless");
}

using System.CommandLine;
using System.Globalization;
using AeServerless.Cli.Golden;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae golden</c>: derived scalars against a reference's outputs.</summary>
internal static class GoldenCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("folder") { Description = "Folders of golden data.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("golden", "Compares every derived scalar with the outputs of a reference implementation.") { folders };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetRequiredValue(folders), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string[] folders, CancellationToken cancellationToken)
    {
        var failed = 0;
        foreach (var folder in folders)
        {
            var report = await GoldenRunner.CheckAsync(folder, progress: null, cancellationToken);
            foreach (var key in report.Failed)
            {
                failed++;
                Console.WriteLine($"FAILED  {key.Run}  {key.Key}: {key.Problem}");
            }

            var worst = report.Worst is { } key0
                ? string.Create(CultureInfo.InvariantCulture, $"{key0.Error:0.0e+0} ({key0.Run} {key0.Key})")
                : "none";
            Console.WriteLine($"{folder}: {report.Keys.Count} keys checked, {report.Passed} passed, {report.Keys.Count - report.Passed} "
                + $"failed, worst error {worst}");
        }

        return failed == 0 ? 0 : 1;
    }
}

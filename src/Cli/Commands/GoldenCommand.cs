using System.CommandLine;
using AeServerless.Cli.Golden.Layouts;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae golden</c>: what is computed and read here against recorded outputs of others.</summary>
internal static class GoldenCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("folder")
        {
            Description = "Folders of golden data: of the reference, of autoencoder formats, places, models, tokenizers or exports.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "golden", "Compares derived scalars, autoencoder formats, models, tokenizers and exports with recorded outputs of others.")
        {
            folders,
        };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetRequiredValue(folders), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string[] folders, CancellationToken cancellationToken)
    {
        var failed = 0;
        foreach (var folder in folders)
        {
            var summary = await GoldenLayouts.CheckAsync(folder, cancellationToken);
            failed += summary.Failures.Count;
            foreach (var failure in summary.Failures)
            {
                Console.WriteLine($"FAILED  {failure}");
            }

            foreach (var skipped in summary.Skipped)
            {
                Console.WriteLine($"skipped  {skipped}");
            }

            Console.WriteLine(summary.Describe(folder));
        }

        return failed == 0 ? 0 : 1;
    }
}

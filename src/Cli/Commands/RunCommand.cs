using System.CommandLine;
using System.Text.Json;
using AeServerless.Cli.Api;
using AeServerless.Cli.Output;
using AeServerless.Cli.Stack;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae run</c>: a run over HTTP.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var dataset = new Argument<string>("dataset") { Description = "The dataset's name in blob storage." };
        var recipe =
            new Option<string>("--recipe") { Description = "A recipe's name in blob storage, or a local JSON file.", Required = true };
        var detach = new Option<bool>("--detach") { Description = "Only starts the run and prints its id." };
        var command = new Command(
            "run",
            "Starts the run of a recipe over a dataset and follows it. What was computed before is reused.") { dataset, recipe, detach };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var app = new AppClient(Connection.Find());
            var run = await app.StartAsync(
                result.GetRequiredValue(dataset), ReadRecipe(result.GetRequiredValue(recipe)), cancellationToken);
            var explorer = await app.ExplorerAsync(run.RunId, cancellationToken);
            if (result.GetValue(detach))
            {
                // Standard output has the id alone, for scripts.
                Console.WriteLine(run.RunId);
                await Console.Error.WriteLineAsync($"Follow it at {explorer}");
                return 0;
            }

            Console.WriteLine($"Follow it at {explorer}");
            await SummaryReport.PrintAsync(app, await RunFollower.FollowAsync(app, run.RunId, cancellationToken), cancellationToken);
            return 0;
        });
        return command;
    }

    private static JsonElement ReadRecipe(string nameOrFile)
    {
        if (Directory.Exists(nameOrFile))
        {
            throw new CliException($"{nameOrFile}: is a folder; --recipe takes a JSON file or the name of a recipe in blob storage.");
        }

        if (!File.Exists(nameOrFile))
        {
            return nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? throw new CliException($"{nameOrFile}: no such file; a recipe in blob storage is named without .json.")
                : JsonSerializer.SerializeToElement(nameOrFile);
        }

        try
        {
            return JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(nameOrFile));
        }
        catch (JsonException e)
        {
            throw new CliException($"{nameOrFile}: not JSON: {e.Message}");
        }
    }
}

using System.CommandLine;
using AeServerless.Cli.Api;
using AeServerless.Cli.Output;
using AeServerless.Cli.Stack;
using AeServerless.Contracts;
using Spectre.Console;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae status</c>: all runs, or one with its summary.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var run = new Argument<string?>("run")
        {
            Description = "A run's id; without one, the newest runs are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var dataset = new Option<string?>("--dataset") { Description = "Lists only runs over this dataset." };
        var follow = new Option<bool>("--follow") { Description = "Waits until the run is over." };
        var command = new Command("status", "Shows the newest runs, or one run and its results.") { run, dataset, follow };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var app = new AppClient(Connection.Find());
            if (result.GetValue(run) is not { } id)
            {
                Show(await app.ListAsync(result.GetValue(dataset), cancellationToken));
                return 0;
            }

            var found = result.GetValue(follow)
                ? await RunFollower.FollowAsync(app, id, cancellationToken)
                : await app.GetAsync(id, cancellationToken);
            Console.WriteLine($"{found.RunId}  {found.Dataset}  {found.Recipe}  {RunFollower.Describe(found)}");
            if (found.Status == RunStatus.Completed)
            {
                await SummaryReport.PrintAsync(app, found, cancellationToken);
            }

            return found.Status is RunStatus.Failed or RunStatus.Terminated ? 1 : 0;
        });
        return command;
    }

    private static void Show(IReadOnlyList<RunDescription> runs)
    {
        if (runs.Count == 0)
        {
            Console.WriteLine("No runs.");
            return;
        }

        if (Console.IsOutputRedirected)
        {
            foreach (var run in runs)
            {
                Console.WriteLine($"{run.RunId}\t{run.Dataset}\t{run.Recipe}\t{AppClient.Name(run.Status)}\t{RunFollower.Describe(run)}");
            }

            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("Run", "Dataset", "Recipe", "Status");
        foreach (var run in runs)
        {
            table.AddRow(
                Markup.Escape(run.RunId), Markup.Escape(run.Dataset), Markup.Escape(run.Recipe), Markup.Escape(RunFollower.Describe(run)));
        }

        AnsiConsole.Write(table);
    }
}

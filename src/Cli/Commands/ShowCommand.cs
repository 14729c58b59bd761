using System.CommandLine;
using System.Globalization;
using AeServerless.Cli.Api;
using AeServerless.Cli.Exporting;
using AeServerless.Cli.Latents;
using AeServerless.Cli.Stack;
using Spectre.Console;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae show</c>: one latent in the terminal.</summary>
internal static class ShowCommand
{
    private const int DefaultExamples = 10;

    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "A run's id." };
        var latent = new Argument<int>("latent") { Description = "The latent." };
        var autoencoder = new Option<string?>("--autoencoder") { Description = "The autoencoder, where the run has several." };
        var layer = new Option<int?>("--layer") { Description = "The layer, where the run has several." };
        var examples = new Option<int>("--examples") { Description = "Examples to show.", DefaultValueFactory = _ => DefaultExamples };
        var command = new Command("show", "Shows a latent: figures, histogram, and what it fires on, the stronger the brighter.")
        {
            run, latent, autoencoder, layer, examples,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetRequiredValue(run),
            result.GetRequiredValue(latent),
            result.GetValue(autoencoder),
            result.GetValue(layer),
            result.GetValue(examples),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string runId, int latent, string? autoencoder, int? layer, int examples, CancellationToken cancellationToken)
    {
        using var app = new AppClient(Connection.Find());
        using var run = await AppRun.OpenAsync(app, runId, cancellationToken);
        var scalars = await LatentScalars.FindAsync(run.Files, autoencoder, layer, cancellationToken);
        if (latent < 0 || latent >= scalars.Latents)
        {
            throw new CliException($"latent {latent}: {scalars.Autoencoder} has the latents 0 to {scalars.Latents - 1}.");
        }

        Console.WriteLine($"Latent {latent} of {scalars.Autoencoder}, layer {scalars.Layer}, over {run.Description.Dataset}");
        var shown = await LatentStatistics.ReadAsync(scalars.Files[0], latent, cancellationToken);
        Console.WriteLine(shown.Describe());
        foreach (var file in scalars.Files.Skip(1))
        {
            Console.WriteLine((await LatentStatistics.ReadAsync(file, latent, cancellationToken)).Describe());
        }

        Console.WriteLine();
        foreach (var line in HistogramText.Lines(shown.Edges, shown.Positive, shown.Negative))
        {
            Console.WriteLine(line);
        }

        Console.WriteLine();
        await ShowExamplesAsync(run, shown, scalars.Layer, latent, examples, cancellationToken);
        return 0;
    }

    private static async Task ShowExamplesAsync(
        AppRun run, LatentStatistics shown, int layer, int latent, int examples, CancellationToken cancellationToken)
    {
        var heat = await ExampleHeat.OpenAsync(run, shown.Scalar, layer, cancellationToken);
        foreach (var example in shown.Top.Take(examples))
        {
            var value = example.Value.ToString("g4", CultureInfo.InvariantCulture).PadLeft(8);
            if (heat is null)
            {
                Console.WriteLine($"{value}  token {example.Token} at {example.Sequence}:{example.Position}");
                continue;
            }

            var context = await heat.ReadAsync(latent, example, cancellationToken);
            if (Console.IsOutputRedirected)
            {
                Console.WriteLine($"{value}  {context.ToPlainText()}");
                continue;
            }

            AnsiConsole.Write(new Columns(new Text(value), context.ToColours(shown.Max)) { Expand = false });
        }

        if (heat is null)
        {
            Console.WriteLine($"The dataset {run.Description.Dataset} has changed since the run, or is gone: examples have no texts.");
        }
    }
}

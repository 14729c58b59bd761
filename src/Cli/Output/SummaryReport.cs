using System.Globalization;
using AeServerless.Cli.Api;
using AeServerless.Contracts;
using AeServerless.Engine.Results.Summary;

namespace AeServerless.Cli.Output;

/// <summary>Prints what a run found: autoencoders, their strongest latents, and where these fire, write and matter.</summary>
internal static class SummaryReport
{
    private const int ContextBefore = 10;
    private const int ContextAfter = 5;

    /// <summary>Fetches a run's summary and prints it.</summary>
    public static async Task PrintAsync(AppClient app, RunDescription run, CancellationToken cancellationToken)
    {
        var summary = await ReadAsync(app, run, cancellationToken);
        PrintFigures(run, summary);
        foreach (var autoencoder in summary.Autoencoders)
        {
            Print(autoencoder);
        }

        PrintDense(summary);
    }

    /// <summary>Prints of each autoencoder how well it does, and its strongest latent: the report has the others.</summary>
    public static async Task PrintBrieflyAsync(AppClient app, RunDescription run, CancellationToken cancellationToken)
    {
        var summary = await ReadAsync(app, run, cancellationToken);
        PrintFigures(run, summary);
        foreach (var autoencoder in summary.Autoencoders)
        {
            PrintQuality(autoencoder);
            foreach (var latent in autoencoder.StrongestLatents.Take(1))
            {
                PrintFiring(latent);
                PrintExamples([.. latent.Scalars[0].Top.Take(1)], "");
            }
        }
    }

    private static async Task<RunSummary> ReadAsync(AppClient app, RunDescription run, CancellationToken cancellationToken) =>
        RunSummary.Parse(
            await app.ResultAsync(run.RunId, RunSummary.FileName, cancellationToken), $"{run.RunId}/{RunSummary.FileName}");

    private static void PrintFigures(RunDescription run, RunSummary summary)
    {
        Console.WriteLine();
        if (run.Result is { } figures)
        {
            Console.WriteLine(
                $"{figures.Tokens:N0} tokens of {summary.Dataset}, {figures.TokensPerSecond:N0} tokens/s; " +
                $"{figures.Chunks} chunks: {figures.ChunksComputed} computed, {figures.ChunksReused} reused.");
        }
    }

    private static void Print(AutoencoderSummary autoencoder)
    {
        Console.WriteLine();
        PrintQuality(autoencoder);
        if (autoencoder.RankedBy is not null)
        {
            Console.WriteLine($"  strongest latents, by mean square of {autoencoder.RankedBy}:");
        }

        foreach (var latent in autoencoder.StrongestLatents)
        {
            Print(latent);
        }
    }

    private static void PrintQuality(AutoencoderSummary autoencoder)
    {
        var unexplained = autoencoder.FractionOfVarianceUnexplained is { } fvu
            ? fvu.ToString("0.000", CultureInfo.InvariantCulture)
            : "none to explain";
        Console.WriteLine(
            $"{autoencoder.Autoencoder}, layer {autoencoder.Layer}: L0 {autoencoder.ActiveLatents:0.0}"
                + $"{Published(autoencoder.Published?.ActiveLatents, "0.0")}, fraction of variance unexplained {unexplained}"
                + $"{Published(autoencoder.Published?.FractionOfVarianceUnexplained, "0.000")}, " +
            $"mean squared error {autoencoder.MeanSquaredError:g3}, input norm {autoencoder.InputNorm:g4}" +
            (autoencoder.NonFiniteTokens > 0 ? $"; {autoencoder.NonFiniteTokens:N0} tokens with NaN or infinity left out" : "") +
            Excluded(autoencoder.Excluded));
    }

    private static string Published(double? figure, string format) =>
        figure is { } known ? $" ({known.ToString(format, CultureInfo.InvariantCulture)} published)" : "";

    private static string Excluded(ExcludedSummary? excluded) => excluded is not null && excluded.Total() > 0
        ? $"; {excluded.Total():N0} tokens excluded: {excluded.Masked:N0} masked, {excluded.Positions:N0} by position, "
            + $"{excluded.TokenIds:N0} by id, {excluded.NormAbove:N0} by norm"
        : "";

    private static void PrintFiring(LatentSummary latent)
    {
        var fires = latent.Scalars[0];
        Console.WriteLine($"  latent {latent.Latent}: fires on {fires.Frequency:P2} of tokens, max {fires.Max:g4}, mean {fires.Mean:g3}");
    }

    private static void Print(LatentSummary latent)
    {
        PrintFiring(latent);
        PrintExamples(latent.Scalars[0].Top, "");
        foreach (var scalar in latent.Scalars.Skip(1))
        {
            Console.WriteLine($"    {scalar.Scalar}: mean {scalar.Mean:g3}, max {scalar.Max:g4}, min {scalar.Min:g4}");
            if (scalar.Bottom.Count > 0)
            {
                // A signed effect is read off its ends.
                PrintExamples([.. scalar.Top.Take(1)], "most positive ");
                PrintExamples([.. scalar.Bottom.Take(1)], "most negative ");
            }
        }
    }

    private static void PrintExamples(IReadOnlyList<ExampleSummary> examples, string label)
    {
        foreach (var example in examples)
        {
            Console.WriteLine($"      {label}{example.Value,8:g4}  {Snippet(example)}");
        }
    }

    private static void PrintDense(RunSummary summary)
    {
        foreach (var scalar in summary.Scalars.Where(scalar => scalar.Metrics is not null))
        {
            var metrics = scalar.Metrics!.Select(metric => $"{metric.Key} mean {metric.Value.Mean:g4}, max {metric.Value.Max:g4}");
            Console.WriteLine($"{scalar.Scalar}, layer {scalar.Layer}: {string.Join("; ", metrics)}");
        }
    }

    /// <summary>The text around an example on one line, its token between [[ and ]].</summary>
    private static string Snippet(ExampleSummary example)
    {
        if (example.Context is not { } context)
        {
            return $"sequence {example.Sequence}, position {example.Position}, token {example.Token}";
        }

        var peak = example.Position - context.FirstPosition;
        var words = Enumerable.Range(0, context.Tokens.Count)
            .Where(at => at >= peak - ContextBefore && at <= peak + ContextAfter)
            .Select(at => at == peak ? $"[[{Text(context, at)}]]" : Text(context, at));
        return string.Join(context.Texts is null ? " " : "", words)
            .Replace("\n", "⏎", StringComparison.Ordinal)
            .Replace("\r", "", StringComparison.Ordinal);
    }

    private static string Text(ExampleContext context, int at) =>
        context.Texts?[at] ?? context.Tokens[at].ToString(CultureInfo.InvariantCulture);
}

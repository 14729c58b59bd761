using System.Text.Json;
using AeServerless.Cli.Golden.Places;
using AeServerless.Engine;
using AeServerless.Exports.Checking;
using AeServerless.Formats.Golden;
using AeServerless.Models.Golden;

namespace AeServerless.Cli.Golden.Layouts;

/// <summary>Recognises which layout of golden data a folder has, by its files, and checks it.</summary>
internal static class GoldenLayouts
{
    private const string Reference = "runs";
    private const string Models = "golden.json";
    private const string Formats = "case.json";
    private const string Places = GoldenPlaces.Description;
    private const string Tokenizers = "cases.json";
    private const string Exports = "exports";

    /// <summary>Checks a folder.</summary>
    /// <exception cref="InvalidInputException">It has none of the layouts, or a description in it is broken.</exception>
    public static async Task<GoldenSummary> CheckAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            return Layout(folder) switch
            {
                Reference => Summary(await GoldenRunner.CheckAsync(folder, progress: null, cancellationToken)),
                Formats => Summary(await GoldenFormats.CheckAsync(folder, cancellationToken)),
                Places => Summary(await GoldenPlaces.CheckAsync(folder, cancellationToken)),
                Exports => Summary(await GoldenExports.CheckAsync(folder, cancellationToken)),
                Models => Summary(await GoldenModels.CheckAsync(folder, cancellationToken)),
                _ => Summary(await GoldenTokenizers.CheckAsync(folder, cancellationToken)),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new InvalidInputException(folder, $"its descriptions are not those of golden data: {e.Message}");
        }
    }

    private static string Layout(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException(folder, "there is no such folder; folders of golden data are needed");
        }

        if (Directory.Exists(Path.Combine(folder, Reference)))
        {
            return Reference;
        }

        if (GoldenExports.IsOne(folder))
        {
            return Exports;
        }

        return ((string[])[Formats, Places, Models, Tokenizers]).FirstOrDefault(file => Holds(folder, file))
            ?? throw new InvalidInputException(
                folder,
                $"is not golden data: it has neither a folder {Reference}/ (reference), nor {Formats} (autoencoder formats), {Places} "
                    + $"(places), {Models} (models) or {Tokenizers} (tokenizers) in it or in the folders in it, nor latents.safetensors or "
                    + "neuronpedia/output/ (exports)");
    }

    private static bool Holds(string folder, string file) => File.Exists(Path.Combine(folder, file))
        || Directory.EnumerateDirectories(folder).Any(inner => File.Exists(Path.Combine(inner, file)));

    private static GoldenSummary Summary(GoldenReport report) => new(
        report.Keys.Count,
        [.. report.Failed.Select(key => $"{key.Run}  {key.Key}: {key.Problem}")],
        [],
        report.Worst is { } worst ? (worst.Error, $"{worst.Run} {worst.Key}") : null);

    private static GoldenSummary Summary(GoldenFormatsReport report) => new(
        report.Results.Count,
        [.. report.Failed.Select(result => $"{result.Case}: {result.Problem}")],
        [],
        report.Worst is { } worst ? (worst.Error, worst.Case) : null);

    private static GoldenSummary Summary(IReadOnlyList<GoldenCount> counts) => new(
        checked((int)counts.Sum(count => count.Compared)),
        [.. counts.SelectMany(Failures)],
        [],
        Worst: null);

    /// <summary>A line for each difference that is told of, and one for those that are counted alone.</summary>
    private static IEnumerable<string> Failures(GoldenCount count) => count.Differences.Select(difference => $"{count.Name}: {difference}")
        .Concat(Enumerable.Repeat($"{count.Name}: one more, not shown", (int)(count.Different - count.Differences.Count)));

    private static GoldenSummary Summary(IReadOnlyList<GoldenCheck> checks) => new(
        checks.Sum(check => check.Checked),
        [.. checks.SelectMany(check => check.Failures.Select(failure => $"{check.Name}: {failure}"))],
        [.. checks.Where(check => check.Skipped is not null).Select(check => $"{check.Name}: {check.Skipped}")],
        checks.MaxBy(check => check.WorstError) is { } worst ? (worst.WorstError, worst.Name) : null);
}

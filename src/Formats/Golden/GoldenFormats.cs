using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Golden;

/// <summary>
/// Checks the readers against files that the formats' own libraries wrote: latents and reconstructions of those to accept, the reason given
/// for those to refuse. Each is read twice, recognised and with its format said by hand.
/// </summary>
public static class GoldenFormats
{
    private const double Tolerance = 1e-5;

    // What the unsafe files would write if anything in them were run.
    private const string Trap = "PWNED";

    /// <summary>Whether a folder holds cases of this layout, or is one.</summary>
    public static bool IsLayout(string folder) => CaseFolders(folder).Any();

    /// <summary>Checks a folder of cases, or one case's folder.</summary>
    /// <exception cref="InvalidInputException">There are no cases, or one can't be read.</exception>
    public static async Task<GoldenFormatsReport> CheckAsync(string folder, CancellationToken cancellationToken)
    {
        var results = new List<GoldenFormatResult>();
        foreach (var caseFolder in CaseFolders(folder).Order(StringComparer.Ordinal))
        {
            results.Add(await CheckCaseAsync(caseFolder, cancellationToken));
        }

        return results.Count > 0
            ? new GoldenFormatsReport(results)
            : throw new InvalidInputException(folder, $"has no folders with a {GoldenFormatCase.FileName}");
    }

    /// <summary>Checks one case's folder.</summary>
    public static async Task<GoldenFormatResult> CheckCaseAsync(string folder, CancellationToken cancellationToken)
    {
        var golden = GoldenFormatCase.Read(folder);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        var result = new GoldenFormatResult(name, golden.Accept, 0, null);
        foreach (var format in (string?[])[null, golden.Format])
        {
            if (result.Passed)
            {
                var next = await CheckReadingAsync(golden, name, format, cancellationToken);
                result = next with
                {
                    Error = Math.Max(result.Error, next.Error),
                    Problem = next.Problem is null ? null : $"{(format is null ? "recognised" : $"format {format}")}: {next.Problem}",
                };
            }
        }

        return File.Exists(Trap) || File.Exists(Path.Combine(folder, Trap))
            ? result with { Problem = $"the file {Trap} was written" }
            : result;
    }

    private static IEnumerable<string> CaseFolders(string folder)
    {
        if (File.Exists(Path.Combine(folder, GoldenFormatCase.FileName)))
        {
            return [folder];
        }

        return Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder).Where(inner => File.Exists(Path.Combine(inner, GoldenFormatCase.FileName)))
            : [];
    }

    private static async Task<GoldenFormatResult> CheckReadingAsync(
        GoldenFormatCase golden, string name, string? format, CancellationToken cancellationToken)
    {
        var result = new GoldenFormatResult(name, golden.Accept, 0, null);
        AutoencoderDefinition definition;
        try
        {
            using var input = await FormatInput.OpenAsync(Path.Combine(golden.Folder, golden.Path), golden.Hints, cancellationToken);
            var opened = await AutoencoderFormats.OpenAsync(input, format, cancellationToken);
            definition = await opened.LoadAsync(cancellationToken);
        }
        catch (InvalidInputException e)
        {
            return result with { Message = e.Message, Problem = ProblemOfRefusal(golden, e.Message) };
        }

        if (!golden.Accept)
        {
            return golden.Optional
                ? result
                : result with { Problem = $"was accepted; it has to be refused because of {golden.RefuseBecause}" };
        }

        return HeaderProblem(golden, definition.Header) is { } problem
            ? result with { Problem = problem }
            : await CompareAsync(golden, result, definition, cancellationToken);
    }

    private static string? ProblemOfRefusal(GoldenFormatCase golden, string message)
    {
        if (golden.Accept)
        {
            return golden.Optional ? null : $"was refused: {message}";
        }

        return RefusalText.Names(message, golden.RefuseBecause!) ? null : $"was refused without naming {golden.RefuseBecause}: {message}";
    }

    private static string? HeaderProblem(GoldenFormatCase golden, AutoencoderHeader header)
    {
        var sizes = (header.InputSize, header.LatentCount, header.OutputSize);
        if (sizes != golden.Sizes)
        {
            return $"sizes are {sizes}, expected {golden.Sizes}";
        }

        if (GateName(header.Gate) != golden.Gate)
        {
            return $"the gate is {header.Gate}, expected {golden.Gate}";
        }

        if (golden.PublishedL0 is { } l0 && header.PublishedL0 != l0)
        {
            return $"the published L0 is {header.PublishedL0}, expected {l0}";
        }

        return PlaceProblem("reads", header.In, golden.In) ?? PlaceProblem("writes", header.Out, golden.Out);
    }

    private static string? PlaceProblem(string does, Place? found, Place? expected) =>
        expected?.Location is null || (found?.Location, found?.Layer) == (expected.Location, expected.Layer)
            ? null
            : $"it {does} {found?.ToString() ?? "nowhere"}, expected {expected}";

    private static string GateName(GateKind gate) => gate switch
    {
        GateKind.TopK or GateKind.TopKSigned => "topk",
        GateKind.TopKMagnitude => "abstopk",
        _ => gate.ToString().ToLowerInvariant(),
    };

    private static async Task<GoldenFormatResult> CompareAsync(
        GoldenFormatCase golden, GoldenFormatResult result, AutoencoderDefinition definition, CancellationToken cancellationToken)
    {
        using var source = new FileByteSource(Path.Combine(golden.Folder, "expected.safetensors"));
        var file = await SafetensorsFile.OpenAsync(source, cancellationToken);
        var x = await file.ReadFloatsAsync("x", cancellationToken);
        var expected = new ExpectedRows(
            await file.ReadFloatsAsync("latents", cancellationToken),
            await file.ReadFloatsAsync("reconstruction", cancellationToken),
            await file.ReadFloatsAsync("pre_acts", cancellationToken));
        var reference = new ReferenceAutoencoder(definition);
        var engine = new EngineRows(definition, x);
        var header = definition.Header;
        for (var row = 0; row < x.Length / header.InputSize; row++)
        {
            var input = x.AsSpan(row * header.InputSize, header.InputSize);
            var latents = reference.Encode(input);
            var output = reference.Decode(latents, input);
            var (error, problem) = expected.Compare(row, input, latents, output, Tolerance);
            var (computed, different) = expected.Compare(row, input, engine.Latents(row), engine.Output(row), Tolerance);
            result = result with
            {
                Error = Math.Max(result.Error, Math.Max(error, computed)),
                Problem = result.Problem ?? problem ?? (different is null ? null : $"computed by the engine: {different}"),
            };
        }

        return result;
    }
}

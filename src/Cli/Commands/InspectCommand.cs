using System.CommandLine;
using AeServerless.Cli.Inspection;
using AeServerless.Formats;
using AeServerless.Formats.Reading;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae inspect</c>: what an autoencoder's files say.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A file or folder, as its authors published it." };
        var format = new Option<string?>("--format")
        {
            Description = $"Its format, where it is not recognised: {Known}.",
        };
        var k = new Option<int?>("--k") { Description = "k of a TopK gate, where the files don't say it." };
        var layer = new Option<int?>("--layer") { Description = "The layer, where the files don't say it." };
        var placeIn = new Option<string?>("--in") { Description = "The place that it reads, where the files don't say it." };
        var placeOut = new Option<string?>("--out") { Description = "The place that it writes, where that is another." };
        var repository = new Option<string?>("--repository")
        {
            Description = "Where it was published, such as google/gemma-scope-2b-pt-res.",
        };
        var dataset = new Option<DirectoryInfo>("--dataset")
        {
            Description = "A dataset that recorded its place: L0, FVU and dead latents on its first 4,096 tokens.",
        }.AcceptExistingOnly();
        var command = new Command(
            "inspect", "Shows what an autoencoder is: format, places, sizes, gate, input map, memory, and what was assumed.")
        {
            path, format, k, layer, placeIn, placeOut, repository, dataset,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetRequiredValue(path),
            result.GetValue(format),
            new FormatHints
            {
                K = result.GetValue(k),
                Layer = result.GetValue(layer),
                PlaceIn = result.GetValue(placeIn),
                PlaceOut = result.GetValue(placeOut),
                Repository = result.GetValue(repository),
            },
            result.GetValue(dataset),
            cancellationToken));
        return command;
    }

    private static string Known => string.Join(", ", AutoencoderFormats.All.Select(known => known.Name));

    private static async Task<int> RunAsync(
        string path, string? format, FormatHints hints, DirectoryInfo? dataset, CancellationToken cancellationToken)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw new CliException($"{path}: does not exist; inspect takes the file or folder of an autoencoder.");
        }

        using var input = await FormatInput.OpenAsync(path, hints, cancellationToken);
        var opened = await AutoencoderFormats.OpenAsync(input, format, cancellationToken);
        foreach (var line in HeaderReport.Lines(opened.Header))
        {
            Console.WriteLine(line);
        }

        if (dataset is not null)
        {
            var figures = await DatasetFigures.ComputeAsync(opened, dataset.FullName, cancellationToken);
            foreach (var line in figures.Lines())
            {
                Console.WriteLine(line);
            }
        }

        return 0;
    }
}

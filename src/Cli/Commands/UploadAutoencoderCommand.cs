using System.CommandLine;
using AeServerless.Cli.Stack;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Formats;
using AeServerless.Formats.Engines;
using AeServerless.Formats.Reading;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae upload autoencoder</c>: one autoencoder as its authors published it, checked before it goes into storage.</summary>
internal static class UploadAutoencoderCommand
{
    private const string Container = "autoencoders";

    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A file or folder, as its authors published it." };
        var name = new Option<string?>("--name")
        {
            Description = "Its folder in the container autoencoders (default: the local folder's name).",
        };
        var format = new Option<string?>("--format") { Description = "Its format, where it is not recognised." };
        var k = new Option<int?>("--k") { Description = "k of a TopK gate, where the files don't say it; the recipe has to say it too." };
        var layer = new Option<int?>("--layer") { Description = "The layer that is checked, where a folder has several." };
        var command = new Command("autoencoder", "One autoencoder of any format: a file with its configuration beside it, or a folder.")
        {
            path, name, format, k, layer,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            Connection.Find(),
            result.GetRequiredValue(path),
            result.GetValue(name),
            result.GetValue(format),
            new FormatHints { K = result.GetValue(k), Layer = result.GetValue(layer) },
            cancellationToken));
        return command;
    }

    /// <summary>Checks and uploads one autoencoder.</summary>
    public static async Task<int> RunAsync(
        Connection connection, string path, string? name, string? format, FormatHints hints, CancellationToken cancellationToken)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!File.Exists(full) && !Directory.Exists(full))
        {
            throw new CliException($"{path}: does not exist; an autoencoder is a file or a folder.");
        }

        using (var input = await FormatInput.OpenAsync(full, hints, cancellationToken))
        {
            var opened = await AutoencoderFormats.OpenAsync(input, format, cancellationToken);
            Console.WriteLine($"{opened.Header.Family}: {opened.Header.InputSize} inputs, {opened.Header.LatentCount} latents.");
        }

        var isFolder = Directory.Exists(full);
        var root = isFolder ? full : Path.GetDirectoryName(full)!;
        var folder = name ?? Path.GetFileName(root);
        BlobPath.ValidateFolder(folder, "--name");
        var stored = $"{Container}/{folder}{(isFolder ? "" : $"/{Path.GetFileName(full)}")}";
        var paths = new AutoencoderPaths(new AutoencoderReference { Name = "uploaded", Path = stored });
        string Relative(string file) => Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/');
        var files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(file => paths.Contains($"{Container}/{folder}/{Relative(file)}"))
            .Order(StringComparer.Ordinal)
            .ToList();
        await UploadCommand.UploadAsync(connection, Container, folder, root, files, cancellationToken);
        Console.WriteLine($"A recipe names it by \"path\": \"{stored}\".");
        return 0;
    }
}

using System.CommandLine;
using AeServerless.Cli.Progress;
using AeServerless.Cli.Stack;
using AeServerless.Cli.Upload;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae upload</c>: datasets, models, autoencoders and recipes into the containers that the function app reads.</summary>
internal static class UploadCommand
{
    private const string Manifest = "manifest.json";

    public static Command Create()
    {
        var command = new Command(
            "upload",
            "Puts a dataset, model, autoencoders or a recipe into blob storage. A dataset's manifest goes last: it starts the runs.");
        command.Add(Folder("dataset", "activations", "An activation dataset that ./ae capture made."));
        command.Add(Folder("model", "models", "A GPT-2 model: config.json, model.safetensors, vocab.json, merges.txt."));
        command.Add(Folder("autoencoders", "autoencoders", "Autoencoders, one file a layer, as a recipe's path names them."));
        command.Add(Recipe());
        return command;
    }

    private static Command Folder(string kind, string container, string description)
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "The local folder." }.AcceptExistingOnly();
        var name = new Option<string?>("--name") { Description = $"Its name in the container {container} (default: the folder's)." };
        var command = new Command(kind, description) { folder, name };
        command.SetAction((result, cancellationToken) =>
        {
            var root = result.GetRequiredValue(folder);
            return UploadFolderAsync(Connection.Find(), container, root.FullName, result.GetValue(name) ?? root.Name, cancellationToken);
        });
        return command;
    }

    private static Command Recipe()
    {
        var file = new Argument<FileInfo>("file") { Description = "The recipe, a JSON file." }.AcceptExistingOnly();
        var command = new Command("recipe", "A recipe: what to compute; its name is the file's.") { file };
        command.SetAction((result, cancellationToken) =>
            UploadRecipeAsync(Connection.Find(), result.GetRequiredValue(file).FullName, cancellationToken));
        return command;
    }

    /// <summary>Uploads a folder; a dataset's manifest last.</summary>
    public static async Task<int> UploadFolderAsync(
        Connection connection, string container, string root, string name, CancellationToken cancellationToken)
    {
        var files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .OrderBy(file => Path.GetRelativePath(root, file) == Manifest)
            .ThenBy(file => file, StringComparer.Ordinal)
            .ToList();
        if (files.Count == 0)
        {
            throw new CliException($"{root}: the folder is empty.");
        }

        if (container == "activations" && Path.GetFileName(files[^1]) != Manifest)
        {
            throw new CliException(
                $"{root}: no {Manifest}; an activation dataset has one (a capture that was cut short has not: start it again).");
        }

        await UploadAsync(connection, container, name, root, files, cancellationToken);
        return 0;
    }

    /// <summary>Uploads one recipe.</summary>
    public static async Task<int> UploadRecipeAsync(Connection connection, string file, CancellationToken cancellationToken)
    {
        await UploadAsync(connection, "recipes", "", Path.GetDirectoryName(file)!, [file], cancellationToken);
        return 0;
    }

    private static async Task UploadAsync(
        Connection connection, string container, string prefix, string root, IReadOnlyList<string> files,
        CancellationToken cancellationToken)
    {
        var total = files.Sum(file => new FileInfo(file).Length);
        await ProgressDisplay.RunAsync("Uploading", "bytes", total, async progress =>
        {
            await new BlobFolder(connection.Storage, container, prefix).UploadAsync(root, files, progress, cancellationToken);
            return files.Count;
        });
        Console.WriteLine($"Uploaded {files.Count} file{(files.Count == 1 ? "" : "s")}, {total / 1e6:0.0} MB, to {container}/{prefix}.");
    }
}

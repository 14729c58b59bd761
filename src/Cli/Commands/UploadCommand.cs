using System.CommandLine;
using AeServerless.Cli.Arguments;
using AeServerless.Cli.Api;
using AeServerless.Cli.Progress;
using AeServerless.Cli.Stack;
using AeServerless.Cli.Upload;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae upload</c>: datasets, models, autoencoders and recipes into the containers that the function app reads.</summary>
internal static class UploadCommand
{
    private const string Activations = "activations";

    public static Command Create()
    {
        var command = new Command(
            "upload",
            "Puts a dataset, model, autoencoders or a recipe into blob storage. A dataset's manifest goes last: it starts the runs.");
        command.Add(Folder("dataset", Activations, "An activation dataset that ./ae capture made."));
        command.Add(Folder("model", "models", "A model: config.json, its weights and its tokenizer, by Hugging Face's file names."));
        command.Add(Folder("autoencoders", "autoencoders", "Autoencoders, one file a layer, as a recipe's path names them."));
        command.Add(UploadAutoencoderCommand.Create());
        command.Add(Recipe());
        return command;
    }

    private static Command Folder(string kind, string container, string description)
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "The local folder." }.AcceptExistingOnly();
        var name = new Option<string?>("--name") { Description = $"Its name in the container {container} (default: the folder's)." };
        var command = new Command(kind, description) { folder, name };
        command.SetAction(async (result, cancellationToken) =>
        {
            var (connection, root) = (Connection.Find(), result.GetRequiredValue(folder));
            await UploadFolderAsync(connection, container, root.FullName, result.GetValue(name) ?? root.Name, cancellationToken);
            if (container == Activations)
            {
                await ShowExplorerAsync(connection, cancellationToken);
            }

            return 0;
        });
        return command;
    }

    // The upload is done: an app that does not answer starts the runs when it does.
    private static async Task ShowExplorerAsync(Connection connection, CancellationToken cancellationToken)
    {
        try
        {
            using var app = new AppClient(connection);
            Console.WriteLine($"Runs of recipes for it show at {await app.ExplorerAsync(runId: null, cancellationToken)}");
        }
        catch (CliException e)
        {
            Console.WriteLine($"Recipes for it run when the function app does. {e.Message}");
        }
    }

    private static Command Recipe()
    {
        var file = new Argument<FileInfo>("file") { Description = "The recipe, a JSON file." }.AcceptExistingFile();
        var command = new Command("recipe", "A recipe: what to compute; its name is the file's.") { file };
        command.SetAction((result, cancellationToken) =>
            UploadRecipeAsync(Connection.Find(), result.GetRequiredValue(file).FullName, cancellationToken));
        return command;
    }

    /// <summary>Uploads a folder; a dataset so that it is whole at each moment.</summary>
    public static async Task<int> UploadFolderAsync(
        Connection connection, string container, string root, string name, CancellationToken cancellationToken)
    {
        if (container == Activations)
        {
            DatasetName.Validate(name);
            return await UploadDatasetAsync(connection, root, name, cancellationToken);
        }

        BlobPath.ValidateFolder(name, "--name");
        var files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (files.Count == 0)
        {
            throw new CliException($"{root}: the folder is empty.");
        }

        await UploadAsync(connection, container, name, root, files, cancellationToken);
        return 0;
    }

    /// <summary>Uploads one recipe.</summary>
    public static async Task<int> UploadRecipeAsync(Connection connection, string file, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(file);
        if (!name.EndsWith(".json", StringComparison.Ordinal))
        {
            throw new CliException($"{file}: a recipe's file ends in .json, or no run finds it.");
        }

        BlobPath.Validate(name, "recipe");
        RecipeCheck.Read(await File.ReadAllBytesAsync(file, cancellationToken), file);
        await UploadAsync(connection, "recipes", "", Path.GetDirectoryName(file)!, [file], cancellationToken);
        return 0;
    }

    private static async Task<int> UploadDatasetAsync(Connection connection, string root, string name, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(root, DatasetManifest.FileName)))
        {
            throw new CliException(
                $"{root}: no {DatasetManifest.FileName}; an activation dataset has one (a capture that was cut short has not: start it "
                    + "again).");
        }

        var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories);
        var folder = new BlobFolder(connection.Storage, Activations, name);
        var (added, replaced) = await ProgressDisplay.RunAsync(
            "Uploading", "bytes", Size(files), progress => new DatasetUpload(folder, root).RunAsync(progress, cancellationToken));
        if (replaced)
        {
            Console.WriteLine($"Replaced the dataset {name}, which had other content: {added} of its shards are new.");
        }

        Report(folder, files, $"{Activations}/{name}");
        return 0;
    }

    /// <summary>Uploads some files of a folder.</summary>
    public static async Task UploadAsync(
        Connection connection,
        string container,
        string prefix,
        string root,
        IReadOnlyList<string> files,
        CancellationToken cancellationToken)
    {
        var folder = new BlobFolder(connection.Storage, container, prefix);
        await ProgressDisplay.RunAsync("Uploading", "bytes", Size(files), async progress =>
        {
            await folder.UploadAsync(root, files, progress, cancellationToken);
            return files.Count;
        });
        Report(folder, files, $"{container}/{prefix}");
    }

    private static long Size(IReadOnlyList<string> files) => files.Sum(file => new FileInfo(file).Length);

    private static void Report(BlobFolder folder, IReadOnlyList<string> files, string place)
    {
        foreach (var blob in folder.Replaced)
        {
            Console.WriteLine($"Replaced {blob}, which had other content.");
        }

        Console.WriteLine($"Uploaded {files.Count} file{(files.Count == 1 ? "" : "s")}, {Size(files) / 1e6:0.0} MB, to {place}.");
    }
}

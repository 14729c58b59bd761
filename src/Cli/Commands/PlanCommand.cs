using System.CommandLine;
using AeServerless.Cli.Arguments;
using AeServerless.Cli.Plans;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Formats.Engines;
using AeServerless.Models.Plans;
using AeServerless.Models.Running;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae plan</c>: what a recipe reads, computes and writes.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var recipe = new Argument<FileInfo>("recipe") { Description = "The recipe, a JSON file." }.AcceptExistingFile();
        var dataset = new Option<DirectoryInfo?>("--dataset")
        {
            Description = "Local folder of an activation dataset: what is read and where it comes from depends on it.",
        };
        var root = new Option<DirectoryInfo?>("--root")
        {
            Description =
                "Local folder that holds models/ and autoencoders/ as the containers do (default: the folder above the dataset's).",
        };
        var model = new Option<DirectoryInfo?>("--model")
        {
            Description = "Local folder of the dataset's model, whatever its name in blob storage.",
        };
        var autoencoders = new Option<DirectoryInfo?>("--autoencoders")
        {
            Description = "Local folder of the recipe's autoencoders, as ./ae upload autoencoders takes it.",
        };
        var command = new Command("plan", "Prints what a recipe will read, compute and write, with bytes and FLOPs.")
        {
            recipe, dataset, model, autoencoders, root,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetRequiredValue(recipe).FullName,
            result.GetValue(dataset)?.FullName,
            folder => new LocalContainers(
                result.GetValue(root)?.FullName ?? folder, result.GetValue(model)?.FullName, result.GetValue(autoencoders)?.FullName),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string recipePath, string? dataset, Func<string, LocalContainers> containersBeside, CancellationToken cancellationToken)
    {
        var recipe = RecipeCheck.Read(await File.ReadAllBytesAsync(recipePath, cancellationToken), recipePath);
        if (dataset is null)
        {
            DescribeRecipe(recipe);
            return 0;
        }

        var manifestPath = Path.Combine(dataset, DatasetManifest.FileName);
        if (!File.Exists(manifestPath))
        {
            throw new CliException(
                $"{dataset}: there is no {DatasetManifest.FileName}; --dataset takes the folder of a dataset that ./ae capture made.");
        }

        var manifest = DatasetManifest.Parse(await File.ReadAllBytesAsync(manifestPath, cancellationToken), manifestPath);
        using var source = new FileByteSource(Path.Combine(dataset, manifest.Shards[0].Path));
        var shard = await Shard.OpenAsync(source, manifest.Shards[0], cancellationToken, manifest.Layers);
        var containers = containersBeside(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(dataset))!);
        var plan = await containers.ExplainAsync(async () =>
        {
            var sources = new PlanSources(containers.OpenAsync, new RecipeAutoencoders(containers), new ModelReader());
            var context = await new PlanContextReader(sources, RunnableModels.Describe).ReadAsync(
                Path.GetFileName(Path.TrimEndingDirectorySeparator(dataset)), manifest, manifestPath, recipe, shard, cancellationToken);
            return DerivationPlan.Create(recipe, context);
        });
        Console.Write(plan.Describe());
        Console.Write(plan.DescribeTotal(manifest.Shards.Sum(part => part.Tokens)));
        return 0;
    }

    /// <summary>Without a dataset it is not known what is recorded, nor how wide anything is.</summary>
    private static void DescribeRecipe(Recipe recipe)
    {
        Console.WriteLine("Autoencoders:");
        foreach (var autoencoder in recipe.Autoencoders)
        {
            Console.WriteLine(
                $"  {autoencoder.Name} on {Place(autoencoder)}, layers {Layers(autoencoder.Layers ?? recipe.Layers)}: "
                    + autoencoder.Path);
        }

        Console.WriteLine("Derived scalars:");
        foreach (var request in recipe.DerivedScalars)
        {
            Console.WriteLine(
                $"  {request.Name}{(request.Name == request.Type ? "" : $" ({request.Type})")}, layers "
                    + $"{Layers(request.Layers ?? recipe.Layers)}"
                    + (request.Exclude is { } own ? $", keeping out of statistics {own.Describe()}" : ""));
        }

        if (recipe.Exclude is { } exclude)
        {
            Console.WriteLine($"Keeps out of statistics: {exclude.Describe()}.");
        }

        Console.WriteLine("With --dataset DIR: also what is read or derived, in bytes and FLOPs a token.");
    }

    private static string Place(AutoencoderReference autoencoder) =>
        autoencoder.Input is { } input ? RecipeNames.NameOf(input) : "what its files say";

    private static string Layers(IReadOnlyList<int>? layers) => layers is null ? "all" : string.Join(", ", layers);
}

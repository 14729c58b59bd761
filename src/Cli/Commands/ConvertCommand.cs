using System.CommandLine;
using AeServerless.Cli.Conversion;
using AeServerless.Cli.Progress;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae convert</c>: activations of other tools as a dataset.</summary>
internal static class ConvertCommand
{
    private const int DefaultShardTokens = 1 << 16;

    public static Command Create()
    {
        var tokens = new Option<string>("--tokens")
        {
            Description = "A .npy of token ids, [sequences, context] or, with --context, [tokens].",
            Required = true,
        };
        var activations = new Option<string[]>("--activations")
        {
            Description = "TENSOR=FILE: a .npy of float32 or float16, [tokens, width] or [sequences, context, width], and the name of its "
                + "tensor, such as mlp.post_act/forward/2.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var context = new Option<int?>("--context") { Description = "Tokens of a sequence, where the token ids don't say it." };
        var layers = new Option<int>("--layers") { Description = "Layers of the model.", Required = true };
        var model = new Option<string>("--model-blob")
        {
            Description = "The model's weights in blob storage, such as models/NAME/model.safetensors.",
            Required = true,
        };
        var tokenizer = new Option<string?>("--tokenizer-blob")
        {
            Description = "The tokenizer's folder in blob storage, such as models/NAME/.",
        };
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder of the dataset.", Required = true };
        var shardTokens = new Option<int>("--shard-tokens")
        {
            Description = "Tokens of a shard.",
            DefaultValueFactory = _ => DefaultShardTokens,
        };
        var command = new Command("convert", "Makes an activation dataset of NumPy arrays.")
        {
            tokens, activations, context, layers, model, tokenizer, output, shardTokens,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var manifest = new DatasetManifest(
                DatasetManifest.SchemaName,
                result.GetRequiredValue(model),
                result.GetValue(layers),
                result.GetValue(tokenizer) ?? "",
                [new ShardReference("shards/00000.safetensors", Tokens: 1, Sequences: 1)]);

            // What is wrong with a name is said before hours of writing.
            DatasetManifest.Parse(manifest.ToJson(), "the manifest");
            using var ids = await NpyActivations.OpenTokensAsync(
                result.GetRequiredValue(tokens), result.GetValue(context), cancellationToken);
            var recorded = await OpenAsync(result.GetRequiredValue(activations), manifest.Layers, cancellationToken);
            var dataset = new NpyDataset(ids, recorded, result.GetValue(shardTokens));
            return await WriteAsync(dataset, new ResultDirectory(result.GetRequiredValue(output).FullName), manifest, cancellationToken);
        });
        return command;
    }

    private static async Task<int> WriteAsync(
        NpyDataset dataset, ResultDirectory folder, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        if (folder.Exists(DatasetManifest.FileName))
        {
            throw new CliException($"{folder.Path}: has a finished dataset already; choose another folder.");
        }

        var whole = await ProgressDisplay.RunAsync(
            "Converting", "tokens", total: null, progress => dataset.WriteAsync(folder, manifest, progress, cancellationToken));
        Console.WriteLine($"Wrote {whole.Shards.Sum(shard => shard.Tokens)} tokens in {whole.Shards.Count} shards to {folder.Path}.");
        return 0;
    }

    private static async Task<SortedDictionary<string, NpyActivations>> OpenAsync(
        string[] activations, int layers, CancellationToken cancellationToken)
    {
        var recorded = new SortedDictionary<string, NpyActivations>(StringComparer.Ordinal);
        foreach (var argument in activations)
        {
            if (argument.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } path])
            {
                throw new CliException($"--activations {argument}: must be TENSOR=FILE, such as mlp.post_act/forward/2=acts.npy.");
            }

            if (TensorNames.Parse(name, $"--activations {name}").Layer >= layers)
            {
                throw new CliException($"--activations {name}: the model has the layers 0 to {layers - 1}, as --layers says.");
            }

            if (!recorded.TryAdd(name, await NpyActivations.OpenAsync(path, cancellationToken)))
            {
                throw new InvalidInputException($"--activations {name}", "is given twice");
            }
        }

        return recorded;
    }
}

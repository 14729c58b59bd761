using System.CommandLine;
using AeServerless.Cli.Capture;
using AeServerless.Cli.Conversion;
using AeServerless.Cli.Progress;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae convert</c>: what other tools recorded, as a dataset.</summary>
internal static class ConvertCommand
{
    private const int DefaultShardTokens = 1 << 16;

    public static Command Create()
    {
        var tokens = new Option<string?>("--tokens")
        {
            Description = "Token ids, [sequences, context] or, with --context, [tokens]: FILE or FOLDER, and #COLUMN or #TENSOR where it "
                + "has several. Left out, ids are positions in the sequence.",
        };
        var activations = new Option<string[]>("--activations")
        {
            Description = "TENSOR=FILE or TENSOR=FOLDER: activations, [tokens, width] or [sequences, context, width], and the name of "
                + "their tensor, such as mlp.post_act/forward/2. Behind # a column, a tensor, saev's layer, or of raw numbers type and "
                + "shape, as float32:1000x128x768. Left out, the dataset is of tokens alone, over which runs run the model.",
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
        var command = new Command(
            "convert",
            "Makes a dataset of arrays of other tools: .npy, .npz, safetensors, PyTorch, Arrow (SAELens, Hugging Face), Parquet, saev, "
                + "delphi.")
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
            if (result.GetValue(shardTokens) is < 1 and var few)
            {
                throw new InvalidInputException($"--shard-tokens {few}", "must be at least 1");
            }

            var folder = OutputFolder.Create(result.GetRequiredValue(output));
            var recorded = await OpenAsync(result.GetValue(activations) ?? [], manifest.Layers, cancellationToken);
            using var ids = await TokensAsync(result.GetValue(tokens), recorded, result.GetValue(context), cancellationToken);
            return await WriteAsync(ids, recorded, result.GetValue(shardTokens), folder, manifest, cancellationToken);
        });
        return command;
    }

    private static async Task<SequenceIds> TokensAsync(
        string? tokens, SortedDictionary<string, RecordedRows> recorded, int? context, CancellationToken cancellationToken)
    {
        if (tokens is not null)
        {
            return SequenceIds.Of(
                await ArrayFolder.OpenAsync(ArrayAddress.Parse(tokens), ArrayUse.TokenIds, cancellationToken), context);
        }

        var first = recorded.Count > 0
            ? recorded.First().Value.Array
            : throw new CliException("convert: --tokens or --activations is needed, or both; ./ae convert --help.");
        Console.WriteLine("There are no token ids: the id of a token is its position in its sequence.");
        return SequenceIds.Positions(first);
    }

    private static async Task<int> WriteAsync(
        SequenceIds ids,
        SortedDictionary<string, RecordedRows> recorded,
        int shardTokens,
        ResultDirectory folder,
        DatasetManifest manifest,
        CancellationToken cancellationToken)
    {
        if (folder.Exists(DatasetManifest.FileName))
        {
            throw new CliException($"{folder.Path}: has a finished dataset already; choose another folder.");
        }

        var whole = await ProgressDisplay.RunAsync("Converting", "tokens", ids.Tokens, progress => recorded.Count > 0
            ? new ConvertedDataset(ids, recorded, shardTokens).WriteAsync(folder, manifest, progress, cancellationToken)
            : ConvertedTokens.WriteAsync(ids, shardTokens, folder, manifest, progress, cancellationToken));
        foreach (var values in recorded.Values)
        {
            values.Dispose();
        }

        Console.WriteLine($"Wrote {whole.Shards.Sum(shard => shard.Tokens)} tokens in {whole.Shards.Count} shards to {folder.Path}.");
        return 0;
    }

    private static async Task<SortedDictionary<string, RecordedRows>> OpenAsync(
        string[] activations, int layers, CancellationToken cancellationToken)
    {
        var recorded = new SortedDictionary<string, RecordedRows>(StringComparer.Ordinal);
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

            var array = await ArrayFolder.OpenAsync(ArrayAddress.Parse(path), ArrayUse.Activations, cancellationToken);
            if (!recorded.TryAdd(name, RecordedRows.Of(array)))
            {
                throw new InvalidInputException($"--activations {name}", "is given twice");
            }
        }

        return recorded;
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using AeServerless.Capture;
using AeServerless.Capture.Tokenization;
using AeServerless.Cli.Capture;
using AeServerless.Cli.Progress;
using AeServerless.Cli.Tokenize;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Models.Tokenizers;
using AeServerless.Models.Weights;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae tokenize</c>: text into a dataset of tokens, over which runs run the model.</summary>
internal static class TokenizeCommand
{
    public static Command Create()
    {
        var options = new TokenizeOptions();
        var command = options.AddTo(new Command(
            "tokenize", "Makes a dataset of tokens alone, 2 to 4 bytes each: runs over it run the model and store no activations."));
        command.SetAction((result, cancellationToken) => RunAsync(options, result, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(TokenizeOptions options, ParseResult result, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var target = OutputFolder.Create(result.GetRequiredValue(options.Out));
        var folder = result.GetRequiredValue(options.Tokenizer).FullName;
        var tokenizerFiles = new ModelFolder(folder);
        using var tokenizer = await TextTokenizer.LoadAsync(tokenizerFiles, cancellationToken);
        var model = await RunModel.FindAsync(result.GetValue(options.Model)?.FullName, folder, cancellationToken);
        model.RequireFits(tokenizer);
        var length = Positive(result.GetValue(options.MaxLength) ?? model.UsualLength, "--max-length");
        model.RequireLength(length);
        var modelBlob = result.GetValue(options.ModelBlob) ?? model.Blob(result.GetValue(options.ModelName));
        var limit = result.GetValue(options.MaxTokens) ?? long.MaxValue;
        if (limit < 1)
        {
            throw new InvalidInputException($"--max-tokens {limit}", "must be at least 1");
        }

        var dataset = new TokenDataset(new TokenDatasetRequest
        {
            ShardTokens = Positive(result.GetValue(options.ShardTokens), "--shard-tokens"),
            LargestId = tokenizer.Tokens.Keys.Max(),
            ModelBlob = modelBlob,
            Layers = model.Layers,
            TokenizerBlob = result.GetValue(options.TokenizerBlob) ?? modelBlob[..(modelBlob.LastIndexOf('/') + 1)],
            ModelSha256 = model.Sha256,
            TokenizerSha256 = await TokenizerFileList.Sha256Async(tokenizerFiles, cancellationToken),
            Backward = options.Gradients.Read(result, text => TokenArgument.Id(text, tokenizer)),
        });
        var documents = DocumentsAsync(
            result.GetRequiredValue(options.Text), result.GetRequiredValue(options.Field), tokenizer, cancellationToken);
        var specials = !result.GetValue(options.NoBos);
        var sequences = result.GetValue(options.OneEach)
            ? DocumentSequences.OneEachAsync(documents, tokenizer, length, specials, cancellationToken)
            : DocumentSequences.PackAsync(documents, tokenizer, length, specials, cancellationToken);
        var manifest = await ProgressDisplay.RunAsync(
            "Tokenizing", "tokens", result.GetValue(options.MaxTokens), progress => dataset.RunAsync(
            sequences.TakeTokensAsync(limit), target, result.GetValue(options.Force), new Relay(
                done => progress.Report(done.Tokens)), cancellationToken));
        Summarise(manifest, target, Stopwatch.GetElapsedTime(started));
        return 0;
    }

    private static async IAsyncEnumerable<DocumentPart> DocumentsAsync(
        IReadOnlyList<string> paths, string field, TextTokenizer tokenizer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var path in paths)
        {
            var (name, open) = TextArgument.Open(path);
            var parts = Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".jsonl" or ".ndjson" => DocumentParts.OfJsonLinesAsync(name, open(), field, cancellationToken),
                ".parquet" => ParquetDocuments.ReadAsync(path, field, cancellationToken),
                _ => DocumentParts.OfTextAsync(name, open(), tokenizer, cancellationToken),
            };
            await foreach (var part in parts)
            {
                yield return part;
            }
        }
    }

    private static int Positive(int value, string option) =>
        value > 0 ? value : throw new InvalidInputException($"{option} {value}", "must be at least 1");

    private static void Summarise(DatasetManifest manifest, ResultDirectory target, TimeSpan elapsed)
    {
        var bytes = manifest.Shards.Sum(shard => new FileInfo(Path.Combine(target.Path, shard.Path)).Length);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Wrote {manifest.Shards.Sum(shard => shard.Tokens):N0} tokens in {manifest.Shards.Sum(shard => (long)shard.Sequences):N0} "
                + $"sequences, {manifest.Shards.Count} shards, {bytes / 1e6:0.0} MB, in {elapsed.TotalSeconds:0.0} s: {target.Path}"));
    }

    private sealed class Relay(Action<CaptureProgress> report) : IProgress<CaptureProgress>
    {
        public void Report(CaptureProgress value) => report(value);
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using AeServerless.Capture;
using AeServerless.Cli.Capture;
using AeServerless.Cli.Progress;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Models.Recording;
using AeServerless.Models.Tokenizers;
using AeServerless.Models.Weights;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae capture</c>: text or token ids and a model into an activation dataset.</summary>
internal static class CaptureCommand
{
    public static Command Create()
    {
        var options = new CaptureOptions();
        var command = options.AddTo(new Command(
            "capture", "Makes an activation dataset: runs text or token ids through a model and records its activations. An interrupted "
                + "capture goes on where it was."));
        command.SetAction((result, cancellationToken) => RunAsync(options, result, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CaptureOptions options, ParseResult result, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var target = OutputFolder.Create(result.GetRequiredValue(options.Out));
        var folder = result.GetRequiredValue(options.Model).FullName;
        var layers = LayerList.Parse(result.GetRequiredValue(options.Layers));
        var autoencoders = (result.GetValue(options.Autoencoder) ?? []).Select(AutoencoderArgument.Parse).ToList();
        using var loaded = await CapturedModel.LoadAsync(
            folder, autoencoders, layers, options.Gradients.AreWanted(result), cancellationToken);
        var strict = result.GetValue(options.Strict);
        if (strict && loaded.Warnings is [var weights, ..])
        {
            throw new InvalidInputException(weights.Subject, $"{weights.Problem} (--strict)");
        }

        Warn(loaded.Warnings);
        var input = await CaptureInput.CreateAsync(options, result, folder, loaded.Model.Architecture, cancellationToken);
        var name = result.GetValue(options.ModelName) ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        var modelBlob = result.GetValue(options.ModelBlob) ?? $"models/{name}/{loaded.Files.Main}";
        var capture = new DatasetCapture(loaded.Model, new CaptureRequest
        {
            Layers = layers ?? [.. Enumerable.Range(0, loaded.Model.Architecture.Layers.Count)],
            Locations = Locations(options.Locations, result, loaded),
            BackwardLocations = Locations(options.BackwardLocations, result, loaded),
            Backward = options.Gradients.Read(result, input.TokenId),
            ShardTokens = Positive(result.GetValue(options.ShardTokens), "--shard-tokens"),
            Dtype = result.GetValue(options.Dtype),
            ModelBlob = modelBlob,
            TokenizerBlob = result.GetValue(options.TokenizerBlob) ?? modelBlob[..(modelBlob.LastIndexOf('/') + 1)],
            SourceFingerprint = loaded.Fingerprint,
            ModelSha256 = loaded.Sha256,
            TokenizerSha256 = await TokenizerFileList.Sha256Async(new ModelFolder(folder), cancellationToken),
            Strict = strict,
        });

        var last = default(CaptureProgress);
        var manifest = await ProgressDisplay.RunAsync(
            "Capturing", "tokens", result.GetValue(options.MaxTokens), progress => capture.RunAsync(
            input.Sequences, target, result.GetValue(options.Force), new Relay(
                done => progress.Report((last = done).Tokens)), cancellationToken));
        Warn(capture.Warnings);
        Summarise(manifest, last, capture.Tensors.Count, target, Stopwatch.GetElapsedTime(started));
        return 0;
    }

    private static void Warn(IReadOnlyList<CaptureWarning> warnings)
    {
        foreach (var warning in warnings)
        {
            Console.Error.WriteLine($"ae: warning: {warning.Subject}: {warning.Problem}");
        }
    }

    // What is recorded where nothing is said leaves out what the model does not have; what is asked for by name is not left out.
    private static IReadOnlyList<string> Locations(Option<string[]> option, ParseResult result, CapturedModel loaded)
    {
        var locations = result.GetRequiredValue(option).Select(TransformerLensNames.Location);
        return result.GetResult(option) is { Implicit: false }
            ? [.. locations]
            : [.. locations.Where(location => ModelLocations.Exists(location, loaded.Model.Architecture))];
    }

    private static int Positive(int value, string option) =>
        value > 0 ? value : throw new InvalidInputException($"{option} {value}", "must be at least 1");

    private static void Summarise(DatasetManifest manifest, CaptureProgress progress, int tensors, ResultDirectory target, TimeSpan elapsed)
    {
        var kept = progress.KeptShards > 0 ? $", {progress.KeptShards} kept from before" : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Captured {progress.Tokens:N0} tokens in {progress.Sequences:N0} sequences, {manifest.Shards.Count} shards{kept}, "
                + $"{tensors - 2} recorded tensors each, in {elapsed.TotalSeconds:0.0} s: {target.Path}"));
    }

    private sealed class Relay(Action<CaptureProgress> report) : IProgress<CaptureProgress>
    {
        public void Report(CaptureProgress value) => report(value);
    }
}

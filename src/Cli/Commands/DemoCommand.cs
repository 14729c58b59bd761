using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using AeServerless.Cli.Api;
using AeServerless.Cli.Output;
using AeServerless.Cli.Stack;
using AeServerless.Contracts;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Results.Summary;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae demo</c>: the whole way on the sample, from text to what its latents fire on.</summary>
internal static class DemoCommand
{
    private const string Dataset = "kjv-demo";
    private const string TokenDataset = "kjv-demo-tokens";
    private const string Model = "kjv-gpt2";
    private const string Report = "report.html";
    private const double Same = 1e-5;
    private const int Tokens = 24_576;

    // What the autoencoders of the sample read, and reconstruct.
    private static readonly string[] Locations =
    [
        ActivationLocation.AttnVOut, ActivationLocation.ResidDeltaAttn, ActivationLocation.ResidPostAttn, ActivationLocation.MlpIn,
        ActivationLocation.MlpPostAct, ActivationLocation.ResidDeltaMlp, ActivationLocation.ResidPostMlp,
    ];

    private static readonly TimeSpan TriggerTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var command = new Command("demo", "Captures activations of a small real model, uploads them, and shows what its latents fire on.");
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var folder = Path.Combine(Repository.State, "demo");
        if (Directory.Exists(folder))
        {
            // A demo that finds the results of the last one would have nothing to show; one that still runs keeps its data.
            StackFolder.Take(folder).Dispose();
            Directory.Delete(folder, recursive: true);
        }

        Console.WriteLine("1. Starting the storage emulator and the function app");
        await using var stack = await LocalStack.StartAsync(new StackOptions(folder), cancellationToken);

        Console.WriteLine($"2. Capturing {Tokens:N0} tokens of the sample's text, layer 2, forward and backward");
        var dataset = Path.Combine(folder, "dataset");
        if (await CaptureAsync(dataset, cancellationToken) is not 0 and var code)
        {
            return code;
        }

        Console.WriteLine("3. Uploading model, autoencoders, recipe and, manifest last, the dataset");
        var connection = stack.Connection;
        await UploadCommand.UploadFolderAsync(connection, "models", Path.Combine(Repository.Sample, "model"), Model, cancellationToken);
        await UploadCommand.UploadFolderAsync(
            connection, "autoencoders", Path.Combine(Repository.Sample, "autoencoders"), Model, cancellationToken);
        await UploadCommand.UploadRecipeAsync(connection, Path.Combine(Repository.Sample, "demo.json"), cancellationToken);
        await UploadCommand.UploadFolderAsync(connection, "activations", dataset, Dataset, cancellationToken);

        Console.WriteLine("4. The upload starts the run");
        using var app = new AppClient(connection);
        var run = await FollowAsync(stack, app, Dataset, cancellationToken);
        await SummaryReport.PrintBrieflyAsync(app, run, cancellationToken);
        var report = Path.Combine(folder, Report);
        await File.WriteAllBytesAsync(report, await app.ResultAsync(run.RunId, Report, cancellationToken), cancellationToken);
        Console.WriteLine();

        Console.WriteLine("5. The same text as tokens alone: the run computes the activations that it needs, and stores none");
        var tokens = Path.Combine(folder, "tokens");
        if (await TokenizeAsync(tokens, cancellationToken) is not 0 and var failed)
        {
            return failed;
        }

        await UploadCommand.UploadFolderAsync(connection, "activations", tokens, TokenDataset, cancellationToken);
        var second = await FollowAsync(stack, app, TokenDataset, cancellationToken);
        await CompareAsync(app, run, second, Size(dataset), Size(tokens), cancellationToken);
        Console.WriteLine($"Done in {clock.Elapsed.TotalSeconds:0} s. Start ./ae up and bring your own data: README.md says how.");
        Console.WriteLine($"What the latents do, with plots, is in {report}");
        return 0;
    }

    private static Task<int> CaptureAsync(string dataset, CancellationToken cancellationToken) => CaptureCommand.Create()
        .Parse([
            "--model", Path.Combine(Repository.Sample, "model"), "--text", Path.Combine(
                Repository.Sample, "text", "train.txt"), "--out", dataset,
            "--layers", "2", "--locations", .. Locations, "--backward", "loss", "--max-tokens", $"{Tokens}", "--shard-tokens", "8192",
            "--model-blob", $"models/{Model}/model.safetensors", "--tokenizer-blob", $"models/{Model}/",
        ])
        .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, cancellationToken);

    private static Task<int> TokenizeAsync(string dataset, CancellationToken cancellationToken) => TokenizeCommand.Create()
        .Parse([
            "--tokenizer", Path.Combine(Repository.Sample, "model"), "--text", Path.Combine(
                Repository.Sample, "text", "train.txt"), "--out", dataset, "--max-tokens", $"{Tokens}", "--backward", "loss",
            "--model-blob", $"models/{Model}/model.safetensors", "--tokenizer-blob", $"models/{Model}/",
        ])
        .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, cancellationToken);

    private static async Task CompareAsync(
        AppClient app,
        RunDescription captured,
        RunDescription run,
        long capturedBytes,
        long tokenBytes,
        CancellationToken cancellationToken)
    {
        async Task<RunSummary> SummaryAsync(RunDescription of) => RunSummary.Parse(
            await app.ResultAsync(of.RunId, RunSummary.FileName, cancellationToken), $"{of.RunId}/{RunSummary.FileName}");

        var difference = SummaryDifference.Of(await SummaryAsync(captured), await SummaryAsync(run));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Result?.TokensPerSecond:N0} tokens/s from {tokenBytes / 1e6:0.00} MB in the place of {capturedBytes / 1e6:0.0} MB; "
                + $"the largest difference of the statistics is {difference:0.0e+0} of their size."));
        Console.WriteLine();
        if (!(difference <= Same))
        {
            throw new CliException($"The two runs should have the same statistics to {Same}, and differ by {difference}.");
        }
    }

    private static long Size(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    private static async Task<RunDescription> FollowAsync(
        LocalStack stack, AppClient app, string dataset, CancellationToken cancellationToken) =>
        await RunFollower.FollowAsync(app, await StartedByUploadAsync(stack, app, dataset, cancellationToken), cancellationToken);

    private static async Task<string> StartedByUploadAsync(
        LocalStack stack, AppClient app, string dataset, CancellationToken cancellationToken)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TriggerTimeout; await Task.Delay(PollInterval, cancellationToken))
        {
            if (stack.HasExited)
            {
                throw new CliException(stack.WhyExited());
            }

            if ((await app.ListAsync(dataset, cancellationToken)) is [var run, ..])
            {
                return run.RunId;
            }
        }

        throw new CliException(
            $"The upload of {dataset} started no run within {TriggerTimeout.TotalMinutes:0} minutes; see the logs in {Repository.State}.");
    }
}

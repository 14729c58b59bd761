using System.CommandLine;
using System.Diagnostics;
using AeServerless.Cli.Api;
using AeServerless.Cli.Output;
using AeServerless.Cli.Stack;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae demo</c>: the whole way on the sample, from text to what its latents fire on.</summary>
internal static class DemoCommand
{
    private const string Dataset = "kjv-demo";
    private const string Model = "kjv-gpt2";
    private const int Tokens = 24_576;
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
        var run = await RunFollower.FollowAsync(app, await StartedByUploadAsync(stack, app, cancellationToken), cancellationToken);
        await SummaryReport.PrintAsync(app, run, cancellationToken);
        Console.WriteLine();
        Console.WriteLine($"Done in {clock.Elapsed.TotalSeconds:0} s. Start ./ae up and bring your own data: README.md says how.");
        return 0;
    }

    private static Task<int> CaptureAsync(string dataset, CancellationToken cancellationToken) => CaptureCommand.Create()
        .Parse([
            "--model", Path.Combine(Repository.Sample, "model"), "--text", Path.Combine(
                Repository.Sample, "text", "train.txt"), "--out", dataset,
            "--layers", "2", "--backward", "loss", "--max-tokens", $"{Tokens}", "--shard-tokens", "8192",
            "--model-blob", $"models/{Model}/model.safetensors", "--tokenizer-blob", $"models/{Model}/",
        ])
        .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, cancellationToken);

    private static async Task<string> StartedByUploadAsync(LocalStack stack, AppClient app, CancellationToken cancellationToken)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TriggerTimeout; await Task.Delay(PollInterval, cancellationToken))
        {
            if (stack.HasExited)
            {
                throw new CliException(stack.WhyExited());
            }

            if ((await app.ListAsync(Dataset, cancellationToken)) is [var run, ..])
            {
                return run.RunId;
            }
        }

        throw new CliException(
            $"The upload of {Dataset} started no run within {TriggerTimeout.TotalMinutes:0} minutes; see the logs in {Repository.State}.");
    }
}

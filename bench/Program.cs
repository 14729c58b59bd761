using System.CommandLine;
using AeServerless.Bench;
using AeServerless.Bench.ModelRuns;
using AeServerless.Bench.Orchestration;
using AeServerless.Bench.Scale;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Tensors;

const int DefaultRepeats = 9;
var json = new Option<FileInfo?>("--json") { Description = "Writes the results to this file too." };
var repeats =
    new Option<int?>("--repeats") { Description = "Repeats of each measurement, after two to warm up (9), or of the runs end to end (1)." };
var tokens = new Option<int?>("--tokens")
{
    Description =
        $"Tokens of one measurement ({Workload.DefaultTokens:N0}), or of a chunk end to end ({EndToEndBenchmark.DefaultChunkTokens:N0}; "
        + $"{EndToEndBenchmark.DefaultWideChunkTokens:N0} at 3072).",
};
var shape = new Option<string?>("--shape") { Description = $"One shape alone: {string.Join(", ", Shape.All.Select(s => s.Name))}." };
var dtype = new Option<TensorDtype>("--dtype")
{
    Description = "How end to end's dataset is stored: F32, F16 or BF16.",
    DefaultValueFactory = _ => TensorDtype.F16,
};
var chunks = new Option<int?>("--chunks")
{
    Description = $"Chunks end to end ({EndToEndBenchmark.DefaultChunks}), or of the soak ({SoakBenchmark.DefaultChunks}).",
};

var root = new RootCommand("Benchmarks that print ratios within one run.") { json, repeats, tokens, shape, chunks, dtype };
root.Subcommands.Add(Verb("encode", "(a) float32 product, (b) product + ReLU + non-zeros, (c) this engine's latents.", encode: true));
root.Subcommands.Add(Verb("recipe", "(d) six scalars as the reference computes them, (e) as this engine does.", recipe: true));
root.Subcommands.Add(Verb("end-to-end", "(e) against (f): the same six scalars through Azurite and the host.", endToEnd: true));
root.Subcommands.Add(Verb("statistics", "Statistics of one scalar over a chunk.", statistics: true));
root.Subcommands.Add(Verb("soak", "Memory over many chunks, and tokens/s of 10,000 against 1,000,000 tokens.", soak: true));
root.Subcommands.Add(Models());
root.Subcommands.Add(HereCommand.Create());
root.Subcommands.Add(ScaleCommand.Create());
root.Subcommands.Add(OrchestrationCommand.Create());
root.SetAction((result, cancellation) => RunAsync(result, true, true, true, true, true, cancellation));
return await root.Parse(args).InvokeAsync();

Command Verb(
    string name, string description, bool encode = false, bool recipe = false, bool endToEnd = false, bool statistics = false,
    bool soak = false)
{
    var command = new Command(name, description) { json, repeats, tokens, shape, chunks, dtype };
    command.SetAction((result, cancellation) => RunAsync(result, encode, recipe, endToEnd, statistics, soak, cancellation));
    return command;
}

Command Models()
{
    var command = new Command(
        "models", "(g) a model over tokens, (h) the same with latents derived on the way, (i) the model written out in TorchSharp.")
    {
        json, repeats, tokens,
    };
    command.SetAction(async (result, cancellation) =>
    {
        using var engine = new EngineContext(new EngineOptions { CacheFolder = ScreeningCache.UserFolder });
        var report = new Report(engine);
        await ModelBenchmark.RunAsync(result.GetValue(repeats) ?? DefaultRepeats, result.GetValue(tokens), report, engine, cancellation);
        if (result.GetValue(json) is { } file)
        {
            await report.WriteAsync(file, cancellation);
        }
    });
    return command;
}

async Task RunAsync(
    ParseResult result, bool encode, bool recipe, bool endToEnd, bool statistics, bool soak, CancellationToken cancellation)
{
    using var engine = new EngineContext(new EngineOptions { CacheFolder = ScreeningCache.UserFolder });
    var report = new Report(engine);
    var wanted = Shape.All.Where(s => result.GetValue(shape) is not { } only || s.Name == only).ToList();
    foreach (var one in wanted.Where(one => encode || ((recipe || endToEnd) && !one.IsForEncodingAlone)))
    {
        var workload = new Workload(one, encode || recipe ? result.GetValue(tokens) ?? Workload.DefaultTokens : Workload.DefaultTokens);
        if (encode)
        {
            EncodeBenchmark.Run(workload, result.GetValue(repeats) ?? DefaultRepeats, report);
        }

        if (recipe && !one.IsForEncodingAlone && one.Activation.Kind == AeServerless.Engine.Autoencoders.ActivationKind.ReLU)
        {
            await RecipeBenchmark.RunAsync(workload, result.GetValue(repeats) ?? DefaultRepeats, report, cancellation);
        }

        if (endToEnd && !one.IsForEncodingAlone && EndToEndBenchmark.IsFor(one))
        {
            await EndToEndBenchmark.RunAsync(
                workload,
                result.GetValue(chunks) ?? EndToEndBenchmark.DefaultChunks,
                result.GetValue(tokens) ?? EndToEndBenchmark.ChunkTokens(one),
                result.GetValue(dtype),
                result.GetValue(repeats) ?? EndToEndBenchmark.DefaultRepeats,
                report,
                cancellation);
        }
    }

    if (statistics)
    {
        await StatisticsBenchmark.RunAsync(result.GetValue(repeats) ?? DefaultRepeats, report, cancellation);
    }

    if (soak)
    {
        await SoakBenchmark.RunAsync(result.GetValue(chunks) ?? SoakBenchmark.DefaultChunks, report, cancellation);
    }

    if (result.GetValue(json) is { } file)
    {
        await report.WriteAsync(file, cancellation);
    }
}

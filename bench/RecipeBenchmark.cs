using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Sparse;

namespace AeServerless.Bench;

/// <summary>(d) the reference's way against (e) this engine's, for the same recipe of six scalars.</summary>
internal static class RecipeBenchmark
{
    public static async Task RunAsync(Workload workload, int repeats, Report report, CancellationToken cancellationToken)
    {
        var shape = workload.Shape;
        using var engine = await EngineRun.CreateAsync(workload, report.Engine, cancellationToken);
        using var reference = new ReferencePort(workload);
        using var encoder = new LatentEncoder(workload.Autoencoder, report.Engine);
        var consumer = new ComparingConsumer();
        var latents = new SparseLatents();
        var batches = workload.Tokens / ReferencePort.BatchTokens;
        var tokens = batches * ReferencePort.BatchTokens;
        var timings = await Stopwatches.MeasureAsync(
            repeats,
            () => Do(() =>
            {
                for (var batch = 0; batch < batches; batch++)
                {
                    reference.Run();
                }
            }),
            () => engine.RunAsync(consumer, tokens, cancellationToken),
            () => Do(() => encoder.Encode(workload.Inputs.AsSpan(0, tokens * shape.Input), tokens, latents)));

        Report.Title($"{shape.Name}, six scalars: {tokens} tokens");
        report.Time(shape.Name, "(d) the reference's way, dense, TorchSharp", timings.Seconds(0), tokens);
        report.Time(shape.Name, "(e) this engine, from plain activations and gradients", timings.Seconds(1), tokens);
        report.Time(shape.Name, "(c) its latents alone", timings.Seconds(2), tokens);
        report.Number(shape.Name, "(d) / (e)", timings.Ratio(0, 1), "x");
        report.Number(shape.Name, "(e) / (c)", timings.Ratio(1, 2), "x");
        report.Number(
            shape.Name, "bytes read a token, (d) / (e), a tensor once", (double)reference.BytesPerToken / engine.Plan.BytesReadPerToken,
            "x");
        report.Number(
            shape.Name, "bytes read a token, (d) / (e), each scalar its own",
            (double)reference.BytesPerTokenApart / engine.Plan.BytesReadPerToken, "x");
        var comparing =
            new ComparingConsumer(engine.Plan.Outputs.Zip(reference.Outputs).ToDictionary(pair => pair.First.Scalar, pair => pair.Second));
        await engine.RunAsync(comparing, ReferencePort.BatchTokens, cancellationToken);
        foreach (var (scalar, worst) in comparing.Worst)
        {
            report.Number(shape.Name, $"difference of {scalar}", worst);
        }
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}

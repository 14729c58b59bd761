using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Sparse;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace AeServerless.Bench;

/// <summary>(a) the dense float32 product alone, (b) what a user would write in TorchSharp, (c) this engine.</summary>
internal static class EncodeBenchmark
{
    private const int TileTokens = 256;
    private const float RoundingAtThreshold = 1e-5f;

    public static void Run(Workload workload, int repeats, Report report)
    {
        using var scope = NewDisposeScope();
        var (shape, autoencoder, tokens) = (workload.Shape, workload.Autoencoder, workload.Tokens);
        var x = tensor(workload.Inputs, tokens, shape.Input);
        var weightT = tensor(autoencoder.Encoder.Blocks[0], shape.Latents, shape.Input).t(); // [input, latents]
        var bias = tensor(autoencoder.LatentBias);
        var preBias = tensor(autoencoder.PreBias);
        x -= preBias;
        using var gate = new DenseGate(autoencoder.Activation);
        var z = empty(tokens, shape.Latents);
        var tile = empty(Math.Min(TileTokens, tokens), shape.Latents);
        var latents = new SparseLatents();
        using var encoder = new LatentEncoder(autoencoder, report.Engine);
        var timings = Stopwatches.Measure(
            repeats,
            () => z.addmm_(x, weightT, beta: 0, alpha: 1),
            () => Tiled(x, weightT, tile),
            () => Dense(x, weightT, bias, z, gate),
            () => encoder.Encode(workload.Inputs, tokens, latents));

        Report.Title(
            $"{shape.Name}: {tokens} tokens, input {shape.Input}, {shape.Latents} latents, {shape.Activation}, "
            + $"{(double)latents.Count / tokens:F1} active a token");
        report.Time(shape.Name, "(a) float32 product, one call", timings.Seconds(0), tokens);
        report.Time(shape.Name, $"(a) float32 product, tiles of {TileTokens}", timings.Seconds(1), tokens);
        report.EncodeTime(shape.Name, "(b) product + activation + non-zeros in TorchSharp", timings.Seconds(2), tokens, shape.Latents);
        report.EncodeTime(
            shape.Name, $"(c) this engine, screened in {encoder.ScreeningProduct}", timings.Seconds(3), tokens, shape.Latents);
        report.Number(shape.Name, "(a) / (c)", Math.Min(timings.Ratio(0, 3), timings.Ratio(1, 3)), "x");
        report.Number(shape.Name, "(b) / (c)", timings.Ratio(2, 3), "x");
        var (different, ours, theirs) = Compare(z, latents, workload);
        report.Number(shape.Name, $"non-zeros of (b) or (c) alone, beyond {RoundingAtThreshold:0e-0} of the threshold", different);
        report.Number(shape.Name, "largest difference of a value from float64, (b)", theirs);
        report.Number(shape.Name, "largest difference of a value from float64, (c)", ours);
    }

    private static void Tiled(Tensor x, Tensor weightT, Tensor tile)
    {
        for (long first = 0; first < x.shape[0]; first += tile.shape[0])
        {
            using var scope = NewDisposeScope();
            var rows = x.narrow(0, first, Math.Min(tile.shape[0], x.shape[0] - first));
            tile.narrow(0, 0, rows.shape[0]).addmm_(rows, weightT, beta: 0, alpha: 1);
        }
    }

    /// <summary>Leaves the dense latents in <paramref name="z"/>.</summary>
    private static void Dense(Tensor x, Tensor weightT, Tensor bias, Tensor z, DenseGate gate)
    {
        using var scope = NewDisposeScope();
        z.addmm_(x, weightT, beta: 0, alpha: 1);
        z.add_(bias);
        gate.Apply(z);
        _ = z.nonzero();
    }

    private static (int Different, double Ours, double Theirs) Compare(Tensor z, SparseLatents latents, Workload workload)
    {
        const int CheckedTokens = 64;
        var latentCount = workload.Shape.Latents;
        var dense = z.data<float>().ToArray();
        var (different, ours, theirs) = (0, 0.0, 0.0);
        for (var token = 0; token < latents.Tokens; token++)
        {
            var row = dense.AsSpan(token * latentCount, latentCount);
            var (first, end) = (latents.RowStarts[token], latents.RowStarts[token + 1]);

            // Two ways of rounding may choose differently what is next to its threshold, or to the least of the K.
            var isTopK = workload.Shape.Activation.Kind == ActivationKind.TopK && end > first;
            var least = isTopK ? TensorPrimitives.Min(latents.Values[first..end]) : 0;
            float Surely(int latent) => isTopK ? least + RoundingAtThreshold : ValueAbove(workload.Autoencoder.Activation, latent);
            for (var i = first; i < end; i++)
            {
                var latent = latents.Latents[i];
                ref var value = ref row[latent];
                different += value == 0 && latents.Values[i] > Surely(latent) ? 1 : 0;
                if (value != 0 && token < CheckedTokens)
                {
                    var exact = Exact(workload, token, latent);
                    ours = Math.Max(ours, Math.Abs(latents.Values[i] - exact));
                    theirs = Math.Max(theirs, Math.Abs(value - exact));
                }

                value = 0;
            }

            for (var latent = 0; latent < row.Length; latent++)
            {
                different += row[latent] > 0 && row[latent] > Surely(latent) ? 1 : 0;
            }
        }

        return (different, ours, theirs);
    }

    private static double Exact(Workload workload, int token, int latent)
    {
        double sum = workload.Autoencoder.LatentBias[latent];
        var row = workload.Autoencoder.EncoderRow(latent);
        for (var i = 0; i < row.Length; i++)
        {
            sum += (double)row[i] * (workload.Inputs[(token * row.Length) + i] - workload.Autoencoder.PreBias[i]);
        }

        var activation = workload.Autoencoder.Activation;
        return activation.Kind == ActivationKind.Gated
            ? (sum * activation.MagnitudeScale[latent]) + activation.MagnitudeBias[latent]
            : sum;
    }

    /// <summary>A latent's value a little above its threshold.</summary>
    private static float ValueAbove(Activation activation, int latent) => activation.Kind switch
    {
        ActivationKind.JumpReLU => activation.Thresholds[latent] + RoundingAtThreshold,
        ActivationKind.Gated => ((RoundingAtThreshold - activation.GateBias[latent]) * activation.MagnitudeScale[latent])
            + activation.MagnitudeBias[latent],
        _ => RoundingAtThreshold,
    };
}

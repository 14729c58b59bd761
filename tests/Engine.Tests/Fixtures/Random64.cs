using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Tests.Fixtures;

/// <summary>Random autoencoders and inputs, and what they encode to by plain loops.</summary>
internal static class Random64
{
    public static Autoencoder Autoencoder(Random random, int inputSize, int latentCount, Activation activation, float bias = -1) => new(
        "random",
        Gaussian(random, inputSize, 0.1f),
        Gaussian(random, latentCount * inputSize, 1 / MathF.Sqrt(inputSize)),
        [.. Gaussian(random, latentCount, 0.2f).Select(b => b + bias)],
        new LatentDirections(Gaussian(random, latentCount * inputSize, 1 / MathF.Sqrt(inputSize)), inputSize),
        activation);

    public static float[] Gaussian(Random random, int count, float scale)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = scale * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    /// <summary>Pre-activations of one token in float64. [latents]</summary>
    public static double[] PreActivations(Autoencoder autoencoder, ReadOnlySpan<float> x)
    {
        var z = new double[autoencoder.LatentCount];
        for (var latent = 0; latent < z.Length; latent++)
        {
            z[latent] = autoencoder.LatentBias[latent];
            for (var n = 0; n < x.Length; n++)
            {
                z[latent] += (x[n] - autoencoder.PreBias[n]) * (double)autoencoder.Encoder.Blocks[0][(latent * x.Length) + n];
            }
        }

        return z;
    }

    /// <summary>The non-zeros of all tokens with no screening at all: every latent by the exact kernel, then a stable sort.</summary>
    public static List<(int Token, int Latent, float Value)> Encode(
        Autoencoder autoencoder, ReadOnlySpan<float> inputs, List<int> nonFinite)
    {
        var width = autoencoder.InputSize;
        var all = new List<(int, int, float)>();
        for (var token = 0; token < inputs.Length / width; token++)
        {
            var centred = new float[width];
            for (var n = 0; n < width; n++)
            {
                centred[n] = inputs[(token * width) + n] - autoencoder.PreBias[n];
            }

            var row = Enumerable.Range(0, autoencoder.LatentCount)
                .Select(
                    latent => (
                        Latent: latent,
                        Value: FixedOrder.Dot(centred, autoencoder.EncoderRow(latent)) + autoencoder.LatentBias[latent])).ToList();
            if (centred.Any(x => !float.IsFinite(x)) || row.Any(pair => !float.IsFinite(pair.Value)))
            {
                nonFinite.Add(token);
                continue;
            }

            var (kind, k) = autoencoder.Activation;
            var kept = kind == ActivationKind.TopK
                ? row.OrderByDescending(pair => pair.Value).Take(k).OrderBy(pair => pair.Latent)
                : row.AsEnumerable();
            all.AddRange(
                kept.Where(pair => pair.Value > 0 || (kind == ActivationKind.Identity && pair.Value != 0)).Select(
                    pair => (token, pair.Latent, pair.Value)));
        }

        return all;
    }

    public static List<(int Token, int Latent, float Value)> Pairs(SparseLatents latents)
    {
        var pairs = new List<(int, int, float)>();
        for (var token = 0; token < latents.Tokens; token++)
        {
            for (var i = latents.RowStarts[token]; i < latents.RowStarts[token + 1]; i++)
            {
                pairs.Add((token, latents.Latents[i], latents.Values[i]));
            }
        }

        return pairs;
    }
}

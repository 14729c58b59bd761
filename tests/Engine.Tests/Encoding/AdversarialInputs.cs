using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Encoding;

/// <summary>Autoencoders and inputs that a screening with a wrong bound would get wrong.</summary>
internal static class AdversarialInputs
{
    public const int Tokens = 24;

    public static readonly string[] Names =
    [
        "gaussian", "threshold", "huge", "overflowing", "tiny", "denormal", "zeros", "ties", "one-hot", "outliers", "cancelling",
        "not finite", "extreme weights",
    ];

    public static (Autoencoder Autoencoder, float[] Inputs) Make(string name, Random random, int width, int latents, Activation activation)
    {
        var autoencoder = Random64.Autoencoder(random, width, latents, activation);
        var inputs = Random64.Gaussian(random, Tokens * width, 1);
        switch (name)
        {
            case "threshold":
                // Each bias makes one token's pre-activation zero but for rounding.
                Array.Clear(autoencoder.LatentBias);
                for (var latent = 0; latent < latents; latent++)
                {
                    var token = latent % Tokens;
                    autoencoder.LatentBias[latent] =
                        -(float)Random64.PreActivations(autoencoder, inputs.AsSpan(token * width, width))[latent];
                }

                break;
            case "huge":
                Scale(inputs, 1e25f);
                break;
            case "overflowing":
                for (var token = 0; token < Tokens; token++)
                {
                    Scale(inputs.AsSpan(token * width, width), MathF.ScaleB(1, 90 + (2 * token)));
                }

                break;
            case "tiny":
                Array.Clear(autoencoder.PreBias);
                Scale(inputs, 1e-25f);
                ScaleBias(autoencoder, 1e-25f);
                break;
            case "denormal":
                Array.Clear(autoencoder.PreBias);
                Scale(inputs, 1e-40f);
                ScaleBias(autoencoder, 1e-40f);
                break;
            case "zeros":
                for (var i = 0; i < inputs.Length; i++)
                {
                    inputs[i] = autoencoder.PreBias[i % width];
                }

                for (var latent = 0; latent < latents; latent += 3)
                {
                    autoencoder.LatentBias[latent] = latent % 2;
                }

                break;
            case "ties":
                for (var latent = 1; latent < latents; latent++)
                {
                    autoencoder.EncoderRow(latent / 4 * 4).CopyTo(autoencoder.Encoder.Blocks[0].AsSpan(latent * width));
                    autoencoder.LatentBias[latent] = autoencoder.LatentBias[latent / 4 * 4];
                }

                break;
            case "one-hot":
                Array.Clear(inputs);
                for (var token = 0; token < Tokens; token++)
                {
                    inputs[(token * width) + random.Next(width)] = 10;
                }

                break;
            case "outliers":
                for (var i = 0; i < inputs.Length; i += 37)
                {
                    inputs[i] *= 1e4f;
                }

                break;
            case "cancelling":
                // Pairs of equal weights, inputs that cancel but for a small part: the pre-activation is far smaller than its terms.
                for (var i = 0; i + 1 < autoencoder.Encoder.Blocks[0].Length; i += 2)
                {
                    autoencoder.Encoder.Blocks[0][i + 1] = autoencoder.Encoder.Blocks[0][i];
                }

                for (var i = 0; i + 1 < inputs.Length; i += 2)
                {
                    inputs[i] *= 1e3f;
                    inputs[i + 1] = -inputs[i] + (inputs[i + 1] * 1e-2f);
                }

                break;
            case "not finite":
                inputs[3] = float.NaN;
                inputs[(5 * width) + 1] = float.PositiveInfinity;
                inputs[(9 * width) + 2] = float.NegativeInfinity;
                break;
            case "extreme weights":
                Scale(autoencoder.Encoder.Blocks[0].AsSpan(0, width), 1e30f);
                Scale(autoencoder.Encoder.Blocks[0].AsSpan(width, width), 1e-38f);
                autoencoder.Encoder.Blocks[0].AsSpan(2 * width, width).Clear();
                Scale(autoencoder.Encoder.Blocks[0].AsSpan(3 * width, width), 1e-20f);
                Scale(inputs.AsSpan(0, width), 1e-3f);
                break;
        }

        return (autoencoder, inputs);
    }

    private static void Scale(Span<float> values, float factor)
    {
        foreach (ref var value in values)
        {
            value *= factor;
        }
    }

    private static void ScaleBias(Autoencoder autoencoder, float factor)
    {
        for (var latent = 0; latent < autoencoder.LatentCount; latent++)
        {
            autoencoder.LatentBias[latent] *= latent % 3 == 0 ? 0 : factor;
        }
    }
}

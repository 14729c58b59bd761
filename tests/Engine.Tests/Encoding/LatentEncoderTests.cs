using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;

namespace AeServerless.Engine.Tests.Encoding;

public sealed class LatentEncoderTests
{
    [Theory]
    [InlineData(ActivationKind.ReLU, 0)]
    [InlineData(ActivationKind.TopK, 5)]
    [InlineData(ActivationKind.Identity, 0)]
    public void RandomTokens_EqualFloat64(ActivationKind kind, int k)
    {
        var random = new Random(7);
        var autoencoder = RandomAutoencoder(random, 48, 200, new Activation(kind, k));
        const int Tokens = 33;
        var inputs = Gaussian(random, Tokens * 48, 1f);
        var latents = new SparseLatents();
        using var encoder = new LatentEncoder(autoencoder, new EncoderOptions { TileTokens = 16 });

        encoder.Encode(inputs, Tokens, latents);

        for (var token = 0; token < Tokens; token++)
        {
            var expected = Dense(autoencoder, inputs.AsSpan(token * 48, 48));
            var row = latents.RowStarts[token]..latents.RowStarts[token + 1];
            Assert.Equal(expected.Count(z => z != 0), latents.Latents[row].Length);
            for (var i = row.Start.Value; i < row.End.Value; i++)
            {
                Assert.Equal(expected[latents.Latents[i]], latents.Values[i], 1e-5);
            }
        }
    }

    [Fact]
    public void NonFiniteRow_EmptyAndMarked()
    {
        var random = new Random(8);
        var autoencoder = RandomAutoencoder(random, 16, 64, new Activation(ActivationKind.ReLU));
        var inputs = Gaussian(random, 3 * 16, 1f);
        inputs[20] = float.NaN;
        var latents = new SparseLatents();
        using var encoder = new LatentEncoder(autoencoder, new EncoderOptions());

        encoder.Encode(inputs, 3, latents);

        Assert.Equal([false, true, false], latents.NonFinite.ToArray());
        Assert.Equal(latents.RowStarts[1], latents.RowStarts[2]);
        Assert.True(latents.RowStarts[1] > 0);
    }

    private static double[] Dense(Autoencoder autoencoder, ReadOnlySpan<float> x)
    {
        var z = new double[autoencoder.LatentCount];
        for (var latent = 0; latent < z.Length; latent++)
        {
            z[latent] = autoencoder.LatentBias[latent];
            for (var n = 0; n < x.Length; n++)
            {
                z[latent] += (x[n] - autoencoder.PreBias[n]) * (double)autoencoder.EncoderWeight[(latent * x.Length) + n];
            }
        }

        var (kind, k) = autoencoder.Activation;
        var kept = kind == ActivationKind.TopK ? z.Order().ElementAt(z.Length - k) : double.NegativeInfinity;
        return kind == ActivationKind.Identity ? z : [.. z.Select(v => v >= kept && v > 0 ? v : 0)];
    }

    private static Autoencoder RandomAutoencoder(Random random, int inputSize, int latentCount, Activation activation) => new(
        "random",
        Gaussian(random, inputSize, 0.1f),
        Gaussian(random, latentCount * inputSize, 0.2f),
        Gaussian(random, latentCount, 0.2f),
        Gaussian(random, latentCount * inputSize, 0.2f),
        activation);

    private static float[] Gaussian(Random random, int count, float scale)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = scale * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }
}

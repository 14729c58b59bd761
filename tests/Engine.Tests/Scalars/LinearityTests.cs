using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Scalars;

public sealed class LinearityTests
{
    private const int Tokens = 7;
    private const int Layer = 1;

    private static readonly Gen<Activation> Activations =
        Gen.OneOf(Gen.Const(Activation.ReLU), Gen.Const(Activation.Identity), Gen.Int[1, RandomWorld.Latents].Select(Activation.TopK));

    [Fact]
    public Task WritesOfAllLatents_AddUpToDecoderOutputWithoutBias() => Gen.Select(Gen.Int, Activations).SampleAsync(async pair =>
    {
        var (seed, activation) = pair;
        var world = await RandomWorld.CreateAsync(seed, Tokens, activation);
        foreach (var reference in RandomWorld.Autoencoders)
        {
            var request = new DerivedScalarRequest
            {
                Type = "online_autoencoder_write",
                Autoencoder = reference.Name,
                Layers = [Layer],
                Tokens = [.. Enumerable.Range(0, Tokens)],
            };
            var plan = DerivationPlan.Create(RandomWorld.Recipe(null, request), world.Context());
            var writes = (await world.ComputeAsync(plan))["online_autoencoder_write", Layer];
            var autoencoder = world.Loaded[new AutoencoderKey(reference.Name, Layer)];
            var reconstruction = Reconstruct(autoencoder, world.Rows($"{reference.Input.Location()}/forward/{Layer}"));
            var expected = reference.Input == AutoencoderInput.MlpPostAct ? Times(reconstruction, world.MlpOuts[Layer]) : reconstruction;
            Close(expected, SumOverLatents(writes));
        }
    }, iter: 15);

    [Fact]
    public Task ActTimesGradAndErrorAndBias_AddUpToGradientTimesInput() => Gen.Select(Gen.Int, Activations).SampleAsync(async pair =>
    {
        var (seed, activation) = pair;
        var world = await RandomWorld.CreateAsync(seed, Tokens, activation);
        var neurons = RandomWorld.Autoencoders[0];
        string[] types = ["online_mlp_autoencoder_act_times_grad", "online_mlp_autoencoder_error_act_times_grad"];
        var requests = types.Select(type => new DerivedScalarRequest { Type = type, Layers = [Layer] }).ToArray();
        var plan = DerivationPlan.Create(RandomWorld.Recipe([neurons], requests), world.Context());
        var computed = await world.ComputeAsync(plan);

        // x = Σ latents · decoder + pre_bias + error, so that g · x is the sum of what each of the three gives.
        var autoencoder = world.Loaded[new AutoencoderKey(neurons.Name, Layer)];
        var (x, residualGradient) = (world.Rows($"mlp.post_act/forward/{Layer}"), world.Rows($"resid.post_mlp/backward/{Layer}"));
        var width = RandomWorld.Model.NeuronWidth;
        for (var token = 0; token < Tokens; token++)
        {
            double whole = 0, parts = 0, scale = 0;
            for (var n = 0; n < width; n++)
            {
                double gradient = 0;
                for (var d = 0; d < RandomWorld.Model.ModelWidth; d++)
                {
                    gradient += (double)residualGradient[(token * RandomWorld.Model.ModelWidth) + d] * world.MlpOuts[Layer][(n * RandomWorld.Model.ModelWidth) + d];
                }

                whole += gradient * x[(token * width) + n];
                parts += gradient * autoencoder.PreBias[n];
                scale += Math.Abs(gradient * x[(token * width) + n]);
            }

            parts += computed[types[0], Layer].AsSpan(token * RandomWorld.Latents, RandomWorld.Latents).ToArray().Sum(value => (double)value);
            parts += computed[types[1], Layer].AsSpan(token * width, width).ToArray().Sum(value => (double)value);
            Assert.InRange(Math.Abs(whole - parts), 0, 1e-5 * Math.Max(1, scale));
        }
    }, iter: 25);

    [Fact]
    public Task WriteToFinalResidualGrad_IsTheSumOverChannelsOfWriteTimesGradient() => Gen.Select(Gen.Int, Activations).SampleAsync(async pair =>
    {
        var (seed, activation) = pair;
        var world = await RandomWorld.CreateAsync(seed, Tokens, activation);
        var attention = RandomWorld.Autoencoders[2];
        DerivedScalarRequest[] requests =
        [
            new() { Type = "online_attention_autoencoder_write", Layers = [Layer], Tokens = [.. Enumerable.Range(0, Tokens)] },
            new() { Type = "online_attention_autoencoder_write_to_final_residual_grad", Layers = [Layer] },
        ];
        var computed = await world.ComputeAsync(DerivationPlan.Create(RandomWorld.Recipe([attention], requests), world.Context()));
        var (writes, along) = (computed[requests[0].Type, Layer], computed[requests[1].Type, Layer]);
        var gradient = world.Rows("resid.post_mlp/backward/1");
        var width = RandomWorld.Model.ModelWidth;
        var expected = new double[along.Length];
        for (var i = 0; i < along.Length; i++)
        {
            for (var d = 0; d < width; d++)
            {
                expected[i] += (double)writes[(i * width) + d] * gradient[(i / RandomWorld.Latents * width) + d];
            }
        }

        Close(expected, [.. along.Select(value => (double)value)]);
    }, iter: 15);

    private static double[] Reconstruct(Autoencoder autoencoder, float[] inputs)
    {
        using var encoder = TestEngine.Encoder(autoencoder, new EncoderOptions { Screening = ScreeningFormat.Float32 });
        var latents = new SparseLatents();
        encoder.Encode(inputs, Tokens, latents);
        var sums = new double[Tokens * autoencoder.InputSize];
        for (var token = 0; token < Tokens; token++)
        {
            for (var i = latents.RowStarts[token]; i < latents.RowStarts[token + 1]; i++)
            {
                var row = autoencoder.Decoder.Row(latents.Latents[i]);
                for (var n = 0; n < row.Length; n++)
                {
                    sums[(token * row.Length) + n] += (double)latents.Values[i] * row[n];
                }
            }
        }

        return sums;
    }

    private static double[] Times(double[] left, float[] right)
    {
        int inner = RandomWorld.Model.NeuronWidth, columns = RandomWorld.Model.ModelWidth;
        var product = new double[Tokens * columns];
        for (var token = 0; token < Tokens; token++)
        {
            for (var n = 0; n < inner; n++)
            {
                for (var d = 0; d < columns; d++)
                {
                    product[(token * columns) + d] += left[(token * inner) + n] * right[(n * columns) + d];
                }
            }
        }

        return product;
    }

    private static double[] SumOverLatents(float[] writes)
    {
        var width = RandomWorld.Model.ModelWidth;
        var sums = new double[Tokens * width];
        for (var i = 0; i < writes.Length; i++)
        {
            sums[(i / (RandomWorld.Latents * width) * width) + (i % width)] += writes[i];
        }

        return sums;
    }

    private static void Close(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Math.Abs(expected[i] - actual[i]), 0, 1e-5 * scale);
        }
    }
}

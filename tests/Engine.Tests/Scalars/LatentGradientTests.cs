using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Scalars;

/// <summary>Gradients of latents in what their autoencoder reads against differences of the encoder, written anew in float64.</summary>
public sealed class LatentGradientTests
{
    private const double Step = 1e-4;
    private const double LayerNormEpsilon = 1e-5;

    private static readonly Gen<(int Seed, AutoencoderInput Place, ActivationKind Kind, InputNorm Norm, bool Centred, bool Glu)> Cases =
        Gen.Select(
            Gen.Int, OneOf<AutoencoderInput>(), OneOf<ActivationKind>(),
            OneOf<InputNorm>(), Gen.Bool, Gen.Bool);

    [Fact]
    public Task Gradient_IsTheDifferenceQuotientOfTheActiveLatent() => Cases.SampleAsync(
        async one =>
        {
            var map = new InputMap(one.Centred, one.Norm, SubtractsBias: true);
            var place = RandomPlace.Create(one.Seed, one.Place, one.Place, one.Kind, map, glu: one.Glu);
            var width = place.Autoencoder.InputSize;
            var computed = await place.ComputeAsync(ShortScalars.Latent, ShortScalars.LatentGradWrtInput);
            var (latents, gradients) =
                (computed[ShortScalars.Latent, place.ResultLayer], computed[ShortScalars.LatentGradWrtInput, place.ResultLayer]);
            for (var i = 0; i < latents.Length; i++)
            {
                var row = gradients.AsSpan(i * width, width);
                if (latents[i] == 0)
                {
                    Assert.True(row.IndexOfAnyExcept(0f) < 0, "A latent that is not active has a gradient.");
                    continue;
                }

                var x = place.Rows(one.Place, PassType.Forward)
                    .AsSpan(i / RandomPlace.Latents * width, width).ToArray().Select(value => (double)value).ToArray();
                var latent = i % RandomPlace.Latents;
                Assert.Equal(latents[i], Value(place.Autoencoder, latent, x), 1e-4 * Math.Max(1, Math.Abs(latents[i])));
                Near.Equal([.. x.Select((_, d) => (float)Slope(place.Autoencoder, latent, x, d))], row, 1e-4);
            }
        },
        iter: 150, threads: 1);

    private static Gen<T> OneOf<T>()
        where T : struct, Enum => Gen.Int[0, Enum.GetValues<T>().Length - 1].Select(index => Enum.GetValues<T>()[index]);

    private static double Slope(Autoencoder autoencoder, int latent, double[] x, int d)
    {
        double At(double by) => Value(autoencoder, latent, [.. x.Select((value, i) => i == d ? value + by : value)]);
        return (At(Step) - At(-Step)) / (2 * Step);
    }

    /// <summary>The latent where its gate is open.</summary>
    private static double Value(Autoencoder autoencoder, int latent, double[] x)
    {
        var mapped = Map(autoencoder.InputMap, x).Zip(autoencoder.PreBias, (value, bias) => value - bias).ToArray();
        double Product(EncoderRows rows, float bias) => mapped.Zip(rows.Row(latent).ToArray(), (a, b) => a * b).Sum() + bias;
        var z = Product(autoencoder.Encoder, autoencoder.LatentBias[latent]);
        if (autoencoder.GluEncoder is { } glu)
        {
            z /= 1 + Math.Exp(-Product(glu, autoencoder.GluBias![latent]));
        }

        var activation = autoencoder.Activation;
        return activation.Kind == ActivationKind.Gated
            ? (z * activation.MagnitudeScale[latent]) + activation.MagnitudeBias[latent]
            : z;
    }

    private static double[] Map(InputMap map, double[] x)
    {
        var centred = map.Centred ? Shifted(x) : x;
        switch (map.Norm)
        {
            case InputNorm.LayerNorm:
                var moved = Shifted(centred);
                var deviation = Math.Sqrt(moved.Sum(value => value * value) / (moved.Length - 1));
                return [.. moved.Select(value => value / (deviation + LayerNormEpsilon))];
            case InputNorm.ConstantNorm:
                var norm = Math.Sqrt(centred.Sum(value => value * value));
                return [.. centred.Select(value => value * Math.Sqrt(centred.Length) / norm)];
            default:
                return centred;
        }
    }

    private static double[] Shifted(double[] x)
    {
        var mean = x.Average();
        return [.. x.Select(value => value - mean)];
    }
}

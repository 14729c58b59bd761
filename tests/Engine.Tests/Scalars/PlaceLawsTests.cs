using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Scalars;

/// <summary>What holds between the derived scalars of an autoencoder, wherever it sits, whatever its gate and its input map.</summary>
public sealed class PlaceLawsTests
{
    private const int Width = 8;

    private static readonly Gen<(int Seed, ActivationKind Kind, InputNorm Norm, bool Centred)> Cases = Gen.Select(
        Gen.Int, OneOf<ActivationKind>(), OneOf<InputNorm>(), Gen.Bool);

    public static TheoryData<AutoencoderInput, AutoencoderInput, bool> Places
    {
        get
        {
            var data = new TheoryData<AutoencoderInput, AutoencoderInput, bool>();
            foreach (var place in Enum.GetValues<AutoencoderInput>())
            {
                data.Add(place, place, false);
            }

            data.Add(AutoencoderInput.MlpIn, AutoencoderInput.ResidDeltaMlp, false);
            data.Add(AutoencoderInput.MlpInNormalized, AutoencoderInput.ResidDeltaMlp, true);
            data.Add(AutoencoderInput.AttnVOut, AutoencoderInput.AttnVOut, true);
            data.Add(AutoencoderInput.MlpPostAct, AutoencoderInput.MlpPostAct, true);
            data.Add(AutoencoderInput.ResidDeltaAttn, AutoencoderInput.ResidDeltaAttn, true);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public Task WritesOfLatentsErrorAndBias_AddUpToWhatThePlaceWrites(AutoencoderInput input, AutoencoderInput output, bool postNorms) =>
        SampleAsync(input, output, postNorms, async world =>
        {
            if (!Writes(output))
            {
                var refused = await Assert.ThrowsAsync<InvalidInputException>(() => world.ComputeAsync(ShortScalars.Write));
                Assert.Contains("no write", refused.Message, StringComparison.Ordinal);
                return;
            }

            var computed = await world.ComputeAsync(
                ShortScalars.Write, ShortScalars.WriteNorm, ShortScalars.WriteToFinalResidualGrad, ShortScalars.Error,
                ShortScalars.ErrorWriteNorm, ShortScalars.ErrorWriteToFinalResidualGrad);
            var results = new Results(world, computed);
            for (var token = 0; token < RandomPlace.Tokens; token++)
            {
                var writes = results.Of(ShortScalars.Write, token, RandomPlace.Latents * Width);
                var error = results.Of(ShortScalars.Error, token, world.Autoencoder.OutputSize);
                var whole = world.Through(token, world.Explained(token));
                var parts = world.Through(token, [.. world.Rest(token).Zip(error, (rest, missing) => rest + missing)]);
                for (var i = 0; i < writes.Length; i++)
                {
                    parts[i % Width] += writes[i];
                }

                Close(whole, parts);
                var gradient = world.Row(AutoencoderInput.ResidPostMlp, PassType.Backward, token);
                Close(
                    [.. writes.Chunk(Width).Select(write => Dot(write, gradient))],
                    results.Of(ShortScalars.WriteToFinalResidualGrad, token, RandomPlace.Latents));
                Close(
                    [.. writes.Chunk(Width).Select(write => Math.Sqrt(Dot(write, write)))],
                    [.. results.Of(ShortScalars.WriteNorm, token, RandomPlace.Latents).Select(Math.Abs)]);
                var units = error.Select((value, i) => world.Through(token, [.. error.Select((_, j) => i == j ? value : 0.0)])).ToArray();
                Close(
                    [.. units.Select(unit => Dot(unit, gradient))],
                    results.Of(ShortScalars.ErrorWriteToFinalResidualGrad, token, error.Length));
                Close(
                    [.. units.Zip(error, (unit, value) => Math.Sign(value) * Math.Sqrt(Dot(unit, unit)))],
                    results.Of(ShortScalars.ErrorWriteNorm, token, error.Length));
            }
        });

    [Theory]
    [MemberData(nameof(Places))]
    public Task ActTimesGradOfLatentsErrorAndBias_AddUpToGradientTimesValue(
        AutoencoderInput input, AutoencoderInput output, bool postNorms) => SampleAsync(input, output, postNorms, async world =>
        {
            var results = new Results(world, await world.ComputeAsync(ShortScalars.ActTimesGrad, ShortScalars.ErrorActTimesGrad));
            for (var token = 0; token < RandomPlace.Tokens; token++)
            {
                var gradient = world.GradientAtPlace(token);
                var whole = Dot(gradient, world.Explained(token));
                var parts = Dot(gradient, world.Rest(token))
                    + results.Of(ShortScalars.ActTimesGrad, token, RandomPlace.Latents).Sum()
                    + results.Of(ShortScalars.ErrorActTimesGrad, token, world.Autoencoder.OutputSize).Sum();
                Close([whole], [parts], Math.Sqrt(Dot(gradient, gradient) * Dot(world.Explained(token), world.Explained(token))));
            }
        });

    private static bool Writes(AutoencoderInput output) => output is not (AutoencoderInput.MlpIn or AutoencoderInput.MlpInNormalized);

    private static Task SampleAsync(AutoencoderInput input, AutoencoderInput output, bool postNorms, Func<PlaceWorld, Task> law) =>
        Cases.SampleAsync(
            one => law(new PlaceWorld(RandomPlace.Create(
                one.Seed, input, output, one.Kind,
                new InputMap(one.Centred, one.Norm, NormUndone: input == output, SubtractsBias: true), postNorms))),
            iter: 12, threads: 1);

    private static Gen<T> OneOf<T>()
        where T : struct, Enum => Gen.Int[0, Enum.GetValues<T>().Length - 1].Select(index => Enum.GetValues<T>()[index]);

    private static double Dot(IReadOnlyList<double> a, IReadOnlyList<double> b) => a.Zip(b, (x, y) => x * y).Sum();

    private static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double scale = 1)
    {
        Assert.Equal(expected.Count, actual.Count);
        var tolerance = 1e-5 * Math.Max(scale, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.InRange(Math.Abs(expected[i] - actual[i]), 0, tolerance);
        }
    }

    private sealed class Results(PlaceWorld world, CollectedChunk computed)
    {
        public double[] Of(string scalar, int token, int width) =>
            [.. computed[scalar, world.ResultLayer].AsSpan(token * width, width).ToArray().Select(value => (double)value)];
    }
}

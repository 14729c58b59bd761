using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Encoding;

public sealed class LatentEncoderTests
{
    private static readonly (EncoderOptions Encoder, EngineOptions Engine)[] Ways =
    [
        (new() { Screening = ScreeningFormat.Float32, TileTokens = 7 }, new() { Threads = 1 }),
        (new() { Screening = ScreeningFormat.BFloat16, TileTokens = 10 }, new() { Threads = 2 }),
        (new() { Screening = ScreeningFormat.Int8, TileTokens = 24 }, new() { Threads = 2 }),
        (new() { Screening = ScreeningFormat.Int8, TileTokens = 1 }, new() { Threads = 3 }),
        (new() { Screening = ScreeningFormat.Auto }, new()),
        .. ScreenKinds.All.Select(kind => (
            new EncoderOptions { Screening = kind.Format, Product = kind.Product, TileTokens = 13 }, new EngineOptions { Threads = 2 })),
        (new() { TileTokens = 9 }, new() { Device = new EngineDevice("cpu:0") }), // the path of other devices, run here
    ];

    public static TheoryData<string> Inputs => [.. AdversarialInputs.Names];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void AnyScreeningTileAndThreads_GiveTheBitsOfNoScreening(string name)
    {
        var random = new Random(name.Length + name[0]);
        foreach (var (width, latents) in new[] { (64, 1100), (100, 333), (768, 96), (777, 50), (5, 40), (16, 41), (1, 40) })
        {
            foreach (var activation in new[] { Activation.ReLU, Activation.TopK(5), Activation.TopK(latents), Activation.Identity })
            {
                var (autoencoder, inputs) =
                    AdversarialInputs.Make(name, random, width, activation.Kind == ActivationKind.Identity ? 40 : latents,
                    activation.K > 40 ? Activation.TopK(latents) : activation);
                var nonFinite = new List<int>();
                var expected = Random64.Encode(autoencoder, inputs, nonFinite);
                foreach (var (options, engine) in Ways)
                {
                    var encoded = Encode(autoencoder, inputs, options, engine);

                    Assert.Equal(expected, Random64.Pairs(encoded));
                    Assert.Equal(nonFinite, Enumerable.Range(0, encoded.Tokens).Where(token => encoded.NonFinite[token]));
                }
            }
        }
    }

    [Fact]
    public void Encoder_IsMadeWhileTheTeamIsBusy()
    {
        // A chunk keeps the team for as long as it takes, and may itself wait for a screen that another thread is making.
        var (autoencoder, _) = AdversarialInputs.Make(AdversarialInputs.Names[0], new Random(1), 64, 100, Activation.ReLU);
        using var made = new ManualResetEventSlim();
        var inTime = false;
        var busy = new Thread(() => TestEngine.Team(2).Run(1, (_, _) => inTime = made.Wait(TimeSpan.FromSeconds(30))));
        busy.Start();
        foreach (var screening in Enum.GetValues<ScreeningFormat>())
        {
            using var encoder =
                TestEngine.Encoder(autoencoder, new EncoderOptions { Screening = screening }, new EngineOptions { Threads = 2 });
        }

        made.Set();
        busy.Join();
        Assert.True(inTime);
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Values_AreThoseOfFloat64_ButForRoundingAtTheThreshold(string name)
    {
        const int Width = 256;
        var (autoencoder, inputs) = AdversarialInputs.Make(name, new Random(3), Width, 600, Activation.ReLU);
        var latents = Encode(autoencoder, inputs, new EncoderOptions());

        for (var token = 0; token < AdversarialInputs.Tokens; token++)
        {
            if (latents.NonFinite[token])
            {
                continue;
            }

            var x = inputs.AsSpan(token * Width, Width);
            var z = Random64.PreActivations(autoencoder, x);
            var found = new double[z.Length];
            for (var i = latents.RowStarts[token]; i < latents.RowStarts[token + 1]; i++)
            {
                found[latents.Latents[i]] = latents.Values[i];
            }

            var norm = Math.Sqrt(FixedOrder.SquaredNorm(x)) + Math.Sqrt(FixedOrder.SquaredNorm(autoencoder.PreBias));
            for (var latent = 0; latent < z.Length; latent++)
            {
                // Float32's own rounding: no latent beyond it is missed or added.
                var scale =
                    (norm * Math.Sqrt(FixedOrder.SquaredNorm(autoencoder.EncoderRow(latent)))) + Math.Abs(autoencoder.LatentBias[latent]);
                Assert.InRange(found[latent] - Math.Max(z[latent], 0), -(1e-6 * scale) - 1e-42, (1e-6 * scale) + 1e-42);
            }
        }
    }

    [Fact]
    public void RandomShapesAndScales_GiveTheBitsOfNoScreening() =>
        Gen.Select(
            Gen.Int[1, 200], Gen.Int[1, 80], Gen.Int[1, 12], Gen.Int[-60, 60], Gen.Int[-60, 60], Gen.Int[0, 3],
            Gen.Int[0, int.MaxValue - 1])
            .Sample((width, latents, tokens, inputScale, weightScale, k, seed) =>
            {
                var random = new Random(seed);
                var autoencoder = new Autoencoder(
                    "random",
                    Random64.Gaussian(random, width, MathF.ScaleB(1, inputScale) * (seed % 2)),
                    Random64.Gaussian(random, width * latents, MathF.ScaleB(1, weightScale)),
                    Random64.Gaussian(random, latents, MathF.ScaleB(1, inputScale + weightScale)),
                    new LatentDirections(new float[width * latents], width),
                    k == 0 ? Activation.ReLU : Activation.TopK(Math.Min(k * 7, latents)));
                var inputs = Random64.Gaussian(random, width * tokens, MathF.ScaleB(1, inputScale));
                var expected = Random64.Encode(autoencoder, inputs, []);
                foreach (var kind in ScreenKinds.All)
                {
                    var options = new EncoderOptions { Screening = kind.Format, Product = kind.Product, TileTokens = 5 };
                    Assert.Equal(expected, Random64.Pairs(Encode(autoencoder, inputs, options, new EngineOptions { Threads = 2 })));
                }
            }, iter: 60);

    [Fact]
    public void NoTokens_GiveNoRows()
    {
        var encoded = Encode(Random64.Autoencoder(new Random(1), 8, 16, Activation.ReLU), [], new EncoderOptions());

        Assert.Equal(0, encoded.Tokens);
        Assert.Equal(0, encoded.Count);
    }

    [Fact]
    public void WeightNotFinite_NamesTheAutoencoder()
    {
        var autoencoder = Random64.Autoencoder(new Random(1), 8, 16, Activation.ReLU);
        autoencoder.Encoder.Blocks[0][9] = float.NaN;

        var error = Assert.Throws<InvalidInputException>(() => new LatentEncoder(autoencoder, TestEngine.Default));

        Assert.Equal("random: encoder weight 9 is NaN; every weight must be finite", error.Message);
    }

    private static SparseLatents Encode(Autoencoder autoencoder, float[] inputs, EncoderOptions options, EngineOptions? engine = null)
    {
        var latents = new SparseLatents();
        using var encoder = TestEngine.Encoder(autoencoder, options, engine);
        encoder.Encode(inputs, inputs.Length / autoencoder.InputSize, latents);
        return latents;
    }
}

using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Encoding;

/// <summary>Every activation gives, to the bit, what applying it to all exact pre-activations gives.</summary>
public sealed class ActivationKindTests
{
    private const int Width = 70;
    private const int Latents = 120;
    private const int Tokens = 37;
    private const int K = 12;

    public static TheoryData<ActivationKind, bool, bool> Kinds
    {
        get
        {
            var data = new TheoryData<ActivationKind, bool, bool>();
            foreach (var kind in Enum.GetValues<ActivationKind>())
            {
                data.Add(kind, false, false);
                data.Add(kind, true, false);
                data.Add(kind, false, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Latents_AreThoseOfEveryPreActivation(ActivationKind kind, bool glu, bool normed)
    {
        var random = new Random(17 + (int)kind);
        var autoencoder = Make(random, kind, glu, normed);
        var inputs = Values(random, Tokens * Width, 2);
        var expected = new SortedDictionary<(int, int), float>();
        for (var token = 0; token < Tokens; token++)
        {
            foreach (var (latent, value) in Expected(autoencoder, inputs.AsSpan(token * Width, Width)))
            {
                expected.Add((token, latent), value);
            }
        }

        foreach (var screening in (ScreeningFormat[])[ScreeningFormat.Float32, ScreeningFormat.Int8, ScreeningFormat.Int16])
        {
            using var encoder = TestEngine.Encoder(
                autoencoder, new EncoderOptions { TileTokens = 16, Screening = screening }, new EngineOptions { Threads = 2 });
            var latents = new SparseLatents();
            encoder.Encode(inputs, Tokens, latents);
            var found = new SortedDictionary<(int, int), float>();
            for (var token = 0; token < Tokens; token++)
            {
                for (var i = latents.RowStarts[token]; i < latents.RowStarts[token + 1]; i++)
                {
                    found.Add((token, latents.Latents[i]), latents.Values[i]);
                }
            }

            Assert.Equal(expected, found);
        }

        Assert.NotEmpty(expected);
    }

    private static Autoencoder Make(Random random, ActivationKind kind, bool glu, bool normed)
    {
        var k = kind is ActivationKind.TopK or ActivationKind.TopKSigned or ActivationKind.TopKMagnitude or ActivationKind.GroupMax ? K : 0;
        var activation = new Activation(kind, k)
        {
            Thresholds = kind == ActivationKind.JumpReLU ? Values(random, Latents, 1) : [],
            SelectionScale = k > 0 && kind != ActivationKind.GroupMax && normed ? [.. Values(random, Latents, 1).Select(MathF.Abs)] : null,
            GateBias = kind == ActivationKind.Gated ? Values(random, Latents, 1) : [],
            MagnitudeScale = kind == ActivationKind.Gated ? [.. Values(random, Latents, 1).Select(MathF.Exp)] : [],
            MagnitudeBias = kind == ActivationKind.Gated ? Values(random, Latents, 1) : [],
        };
        var bias = kind == ActivationKind.Gated ? new float[Latents] : Values(random, Latents, 1);
        return new Autoencoder(
            "random", Values(random, Width, 1), Values(random, Width * Latents, 0.3f), bias,
            new LatentDirections(Values(random, Width * Latents, 1), Width), activation, new AutoencoderMaps
            {
                Input = normed ? new InputMap(Centred: true, InputNorm.LayerNorm, SubtractsBias: true) : InputMap.Bias,
                GluEncoder = glu ? new EncoderRows(Values(random, Width * Latents, 0.3f), Width) : null,
                GluBias = glu ? Values(random, Latents, 1) : null,
            });
    }

    private static IEnumerable<(int Latent, float Value)> Expected(Autoencoder autoencoder, ReadOnlySpan<float> x)
    {
        var mapped = new float[Width];
        InputMapping.Apply(autoencoder, x, mapped);
        var z = new float[Latents];
        for (var latent = 0; latent < Latents; latent++)
        {
            z[latent] = FixedOrder.Dot(mapped, autoencoder.EncoderRow(latent)) + autoencoder.LatentBias[latent];
            if (autoencoder.GluEncoder is { } glu)
            {
                var gate = FixedOrder.Dot(mapped, glu.Row(latent)) + autoencoder.GluBias![latent];
                z[latent] = (float)(z[latent] / (1 + Math.Exp(-(double)gate)));
            }
        }

        var activation = autoencoder.Activation;
        float Rank(int latent) => (activation.Kind == ActivationKind.TopKMagnitude ? MathF.Abs(z[latent]) : z[latent])
            * (activation.SelectionScale?[latent] ?? 1);
        var all = Enumerable.Range(0, Latents);
        var kept = activation.Kind switch
        {
            ActivationKind.TopK or ActivationKind.TopKSigned or ActivationKind.TopKMagnitude => all.OrderByDescending(Rank).Take(K),
            ActivationKind.GroupMax => all.Chunk(Latents / K).Select(group => group.MaxBy(latent => z[latent])),
            _ => all,
        };
        return [.. kept.Select(latent => (latent, activation.Kind switch
        {
            ActivationKind.Identity or ActivationKind.TopKSigned or ActivationKind.TopKMagnitude => z[latent],
            ActivationKind.JumpReLU => z[latent] > activation.Thresholds[latent] ? z[latent] : 0,
            ActivationKind.Gated => z[latent] + activation.GateBias[latent] > 0
                ? Math.Max((z[latent] * activation.MagnitudeScale[latent]) + activation.MagnitudeBias[latent], 0)
                : 0,
            _ => Math.Max(z[latent], 0),
        })).Where(pair => pair.Item2 != 0)];
    }

    private static float[] Values(Random random, int count, float scale) =>
        [.. Enumerable.Range(0, count).Select(_ => scale * (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))];
}

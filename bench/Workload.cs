using AeServerless.Engine.Autoencoders;
using static TorchSharp.torch;

namespace AeServerless.Bench;

/// <summary>
/// A random autoencoder and random tokens: decoder rows of norm one, the encoder tied to them, and biases or thresholds at which about 100
/// latents of a token are active (30 of the sample's). Or those of bench/real.
/// </summary>
internal sealed class Workload
{
    public const int DefaultTokens = 8192;

    public Workload(Shape shape, int tokens)
    {
        (Shape, Tokens) = (shape, tokens);
        if (shape.IsReal)
        {
            (Autoencoder, Inputs) = RealData.Read(shape.Name, tokens);
            (Directions, FinalGradients, MlpOut) = (Autoencoder.Encoder.Blocks[0], [], []);
            return;
        }

        manual_seed(7);
        using var scope = NewDisposeScope();
        var directions = randn(shape.Latents, shape.Input);
        directions /= directions.norm(1, keepdim: true);
        Directions = directions.data<float>().ToArray();
        var bias = new float[shape.Latents];

        // In standard deviations of a pre-activation, which columns that stand out make larger.
        var spread = MathF.Sqrt(1 + (shape.Outliers.Sum(outlier => (outlier.Factor * outlier.Factor) - 1) / shape.Input));
        var gate = (shape.Latents > 2000 ? 2.75f : 1.9f) * spread;
        var activation = shape.Activation;
        switch (activation.Kind)
        {
            case ActivationKind.JumpReLU:
                activation = activation with { Thresholds = [.. bias.Select(_ => gate)] };
                break;
            case ActivationKind.Gated:
                activation = activation with
                {
                    GateBias = [.. bias.Select(_ => -gate)],
                    MagnitudeScale = (0.1 * randn(shape.Latents)).exp().data<float>().ToArray(),
                    MagnitudeBias = new float[shape.Latents],
                };
                break;
            default:
                Array.Fill(bias, -gate);
                break;
        }

        Autoencoder = new Autoencoder(
            shape.Name, new float[shape.Input], Directions, bias, new LatentDirections(Directions, shape.Input), activation);
        Inputs = randn(tokens, shape.Input).data<float>().ToArray();
        foreach (var (column, factor) in shape.Outliers)
        {
            for (var token = 0; token < tokens; token++)
            {
                Inputs[(token * shape.Input) + column] *= factor;
            }
        }

        FinalGradients = randn(tokens, Shape.ModelWidth).data<float>().ToArray();
        MlpOut = (randn(shape.Input, Shape.ModelWidth) / MathF.Sqrt(shape.Input)).data<float>().ToArray();
    }

    public Shape Shape { get; }

    public int Tokens { get; }

    public Autoencoder Autoencoder { get; }

    /// <summary>[latents, input]</summary>
    public float[] Directions { get; }

    /// <summary>[tokens, input]</summary>
    public float[] Inputs { get; }

    /// <summary>Gradient at the last residual stream. [tokens, model]</summary>
    public float[] FinalGradients { get; }

    /// <summary>[input, model]</summary>
    public float[] MlpOut { get; }
}

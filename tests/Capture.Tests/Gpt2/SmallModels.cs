using AeServerless.Capture.Gpt2;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Transformers;
using TorchSharp;

namespace AeServerless.Capture.Tests.Gpt2;

/// <summary>Random small models in float64.</summary>
internal static class SmallModels
{
    public static Gpt2Config Config { get; } = new() { Layers = 2, Width = 6, Heads = 2, MlpWidth = 10, Positions = 8, Vocabulary = 11, TiedEmbeddings = false };

    public static Gpt2Weights Weights(int seed)
    {
        var random = new Random(seed);
        return Gpt2Weights.Create(Config, (name, shape) =>
        {
            // Norm weights around 1, everything else around 0.
            var centre = name.EndsWith(".weight", StringComparison.Ordinal) && name.Contains("ln_", StringComparison.Ordinal) ? 1 : 0;
            return torch.tensor(Values(random, shape.Aggregate(1L, (a, b) => a * b), centre), shape);
        });
    }

    public static HookedAutoencoder Autoencoder(int seed, AutoencoderInput input, int layer, Activation activation)
    {
        const int latents = 9;
        var random = new Random(seed);
        var width = input == AutoencoderInput.MlpPostAct ? Config.MlpWidth : Config.Width;
        float[] Some(int count) => [.. Values(random, count, 0).Select(value => (float)value)];
        var autoencoder = new Autoencoder("random", Some(width), Some(width * latents), Some(latents), new LatentDirections(Some(width * latents), width), activation);
        return new HookedAutoencoder(autoencoder, input, layer, torch.ScalarType.Float64);
    }

    private static double[] Values(Random random, long count, double centre) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => centre + random.NextDouble() - 0.5)];
}

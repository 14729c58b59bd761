using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;
using AeServerless.Models;
using AeServerless.Models.Recording;
using TorchSharp;

namespace AeServerless.Capture.Tests;

/// <summary>Random small models, in float64 but where another type is asked for.</summary>
internal static class SmallModels
{
    public static Gpt2Config Config { get; } =
        new() { Layers = 2, Width = 6, Heads = 2, MlpWidth = 10, Positions = 8, Vocabulary = 11, TiedEmbeddings = false };

    public static async Task<LanguageModel> LoadAsync(int seed) =>
        await LanguageModel.LoadDoublesAsync(await FilesAsync(seed, Config, name => name, TensorDtype.F64), CancellationToken.None);

    /// <summary>The files of a model.</summary>
    /// <param name="seed">Another seed gives other weights.</param>
    /// <param name="config">What its configuration says; its weights are of <see cref="Config"/>.</param>
    /// <param name="rename">What tensors are called.</param>
    /// <param name="dtype">Type of the weights.</param>
    public static Task<MemoryModel> FilesAsync(int seed, Gpt2Config config, Func<string, string> rename, TensorDtype dtype)
    {
        var random = new Random(seed);
        var tensors = Gpt2WeightNames.All(Config).Select(weight =>
        {
            // Norm weights around 1, everything else around 0.
            var isNorm = weight.Name.EndsWith(".weight", StringComparison.Ordinal) && weight.Name.Contains("ln_", StringComparison.Ordinal);
            var count = weight.Shape.Aggregate(1L, (a, b) => a * b);
            return (new TensorSpec(rename(weight.Name), dtype, weight.Shape), Values(random, count, isNorm ? 1 : 0));
        }).ToList();
        return MemoryModel.CreateAsync(
            $$"""
            {"model_type":"gpt2","n_layer":{{config.Layers}},"n_embd":{{config.Width}},"n_head":{{config.Heads}},"n_inner":{{config.MlpWidth}},
             "n_positions":{{config.Positions}},"vocab_size":{{config.Vocabulary}},"tie_word_embeddings":false}
            """,
            tensors);
    }

    public static HookedAutoencoder Autoencoder(int seed, AutoencoderInput input, int layer, Activation activation)
    {
        const int latents = 9;
        var random = new Random(seed);
        var width = input == AutoencoderInput.MlpPostAct ? Config.MlpWidth : Config.Width;
        float[] Some(int count) => [.. Values(random, count, 0).Select(value => (float)value)];
        var autoencoder = new Autoencoder(
            "random", Some(width), Some(width * latents), Some(latents), new LatentDirections(Some(width * latents), width), activation);
        return new HookedAutoencoder(autoencoder, input, layer, torch.ScalarType.Float64);
    }

    private static double[] Values(Random random, long count, double centre) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => centre + random.NextDouble() - 0.5)];
}

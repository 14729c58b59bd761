using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Transformers;

namespace AeServerless.Capture.Gpt2;

/// <summary>Checks that autoencoders fit the model that they are put into, and each other.</summary>
internal static class HookValidation
{
    public static void ValidateFit(Gpt2Config config, HookedAutoencoder autoencoder)
    {
        if (autoencoder.Layer < 0 || autoencoder.Layer >= config.Layers)
        {
            throw new InvalidInputException(
                autoencoder.Name, $"is for layer {autoencoder.Layer}; the model has layers 0 to {config.Layers - 1}");
        }

        var width = autoencoder.Input == AutoencoderInput.MlpPostAct ? config.MlpWidth : config.Width;
        if (autoencoder.InputSize != width)
        {
            throw new InvalidInputException(
                autoencoder.Name, $"has {autoencoder.InputSize} inputs; {autoencoder.Input.Location()} of the model has {width}");
        }
    }

    /// <summary>The names of latents tell node types apart and no more.</summary>
    public static void ValidateOneInputPerNodeType(IReadOnlyList<HookedAutoencoder> autoencoders)
    {
        foreach (var nodeType in autoencoders.GroupBy(autoencoder => autoencoder.Input.NodeType()))
        {
            var first = nodeType.First();
            if (nodeType.FirstOrDefault(other => other.Input != first.Input) is { } other)
            {
                throw new InvalidInputException(
                    other.Name, $"and {first.Name} are both MLP autoencoders; only one input can be in the forward pass");
            }

            if (nodeType.GroupBy(autoencoder => autoencoder.Layer).FirstOrDefault(layer => layer.Skip(1).Any()) is { } twice)
            {
                throw new InvalidInputException(
                    twice.Last().Name, $"and {twice.First().Name} are both for layer {twice.Key}; only one can be in the forward pass");
            }
        }
    }
}

using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Models.Configuration;
using AeServerless.Models.Recording;

namespace AeServerless.Models;

/// <summary>A model with, perhaps, autoencoders in its forward pass. It owns neither.</summary>
public sealed class HookedModel
{
    /// <summary>Puts autoencoders into a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="autoencoders">At most one for each input and layer, and one input for each node type.</param>
    /// <exception cref="InvalidInputException">Autoencoders that don't fit the model or each other.</exception>
    public HookedModel(LanguageModel model, params IReadOnlyList<HookedAutoencoder> autoencoders)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(autoencoders);
        foreach (var autoencoder in autoencoders)
        {
            RequireFit(model.Architecture, autoencoder);
        }

        RequireOneInputPerNodeType(autoencoders);
        Model = model;
        Autoencoders = autoencoders;
        AutoencodersHaveOneInput = autoencoders.Select(autoencoder => autoencoder.Input).Distinct().Count() == 1;
        Hooks = [.. autoencoders.Select(autoencoder => new AutoencoderHook(autoencoder, AutoencodersHaveOneInput))];
    }

    /// <summary>The model.</summary>
    public LanguageModel Model { get; }

    /// <summary>What the model is.</summary>
    public Architecture Architecture => Model.Architecture;

    /// <summary>The autoencoders in the forward pass.</summary>
    public IReadOnlyList<HookedAutoencoder> Autoencoders { get; }

    /// <summary>Whether all autoencoders read the same input, so that <c>online_autoencoder_latent</c> means them.</summary>
    public bool AutoencodersHaveOneInput { get; }

    /// <summary>The autoencoders as the forward pass meets them.</summary>
    internal IReadOnlyList<IActivationHook> Hooks { get; }

    /// <summary>Throws unless the model has every site and traced activation of a request, and every token id of its losses.</summary>
    /// <exception cref="InvalidInputException">Names the site, trace or id.</exception>
    public void RequireFits(RecordingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.RequireFits(Architecture, Hooks);
    }

    /// <summary>Runs sequences and records what is asked for.</summary>
    /// <inheritdoc cref="LanguageModel.Record" path="/exception"/>
    public ActivationRecording Record(IReadOnlyList<int[]> sequences, RecordingRequest request) => Model.Record(sequences, request, Hooks);

    private static void RequireFit(Architecture architecture, HookedAutoencoder autoencoder)
    {
        if (autoencoder.Layer < 0 || autoencoder.Layer >= architecture.Layers.Count)
        {
            throw new InvalidInputException(
                autoencoder.Name, $"is for layer {autoencoder.Layer}; the model has layers 0 to {architecture.Layers.Count - 1}");
        }

        var width = ModelLocations.Width(autoencoder.Input.Location(), architecture);
        if (autoencoder.InputSize != width)
        {
            throw new InvalidInputException(
                autoencoder.Name, $"has {autoencoder.InputSize} inputs; {autoencoder.Input.Location()} of the model has {width}");
        }
    }

    // The names of latents tell node types apart and no more.
    private static void RequireOneInputPerNodeType(IReadOnlyList<HookedAutoencoder> autoencoders)
    {
        foreach (var nodeType in autoencoders.GroupBy(autoencoder => autoencoder.IsOnAttention))
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
                    twice.Last().Name,
                    $"and {twice.First().Name} are both for layer {twice.Key}; only one can be in the forward pass");
            }
        }
    }
}

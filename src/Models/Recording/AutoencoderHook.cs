using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Numerics;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Recording;

/// <summary>An autoencoder's place in the forward pass.</summary>
/// <param name="autoencoder">The autoencoder.</param>
/// <param name="isOfOneInput">Whether all autoencoders read the same input, so that <c>online_autoencoder_latent</c> means them.</param>
internal sealed class AutoencoderHook(HookedAutoencoder autoencoder, bool isOfOneInput) : IActivationHook
{
    private readonly ActivationSite _latents = new(autoencoder.LatentLocation, autoencoder.Layer);
    private readonly ActivationSite _sharedName = new(ActivationLocation.OnlineAutoencoderLatent, autoencoder.Layer);
    private readonly ActivationSite _error = new(autoencoder.ErrorLocation, autoencoder.Layer);

    public HookedAutoencoder Autoencoder => autoencoder;

    public ActivationSite Site => new(autoencoder.Input.Location(), autoencoder.Layer);

    public IReadOnlyList<ActivationSite> AddedSites => isOfOneInput ? [_latents, _sharedName, _error] : [_latents, _error];

    public Tensor Apply(Tensor value, Action<ActivationSite, Tensor> record)
    {
        // Probes: they add exactly zero, and their gradients are those of latents and error in `decode(latents) + error`.
        var gradients = value.requires_grad;
        var latents = autoencoder.Activate(autoencoder.PreActivations(value.detach())).requires_grad_(gradients);
        var reconstruction = autoencoder.Decode(latents);
        var error = value.Minus(reconstruction).detach().requires_grad_(gradients);
        var parts = reconstruction.Plus(error);
        record(_latents, latents);
        record(_error, error);
        if (isOfOneInput)
        {
            record(_sharedName, latents);
        }

        return value.Plus(parts.Minus(parts.detach()));
    }
}

using AeServerless.Engine.Sources;

namespace AeServerless.Engine.Scalars.Latents;

/// <summary>Checks the latents that a request names.</summary>
internal static class LatentSelection
{
    /// <exception cref="InvalidInputException">A latent that the autoencoder doesn't have, or none at all.</exception>
    public static void Validate(IReadOnlyList<int>? latents, ResolvedAutoencoder autoencoder, string subject)
    {
        if (latents is null)
        {
            return;
        }

        if (latents.Count == 0)
        {
            throw new InvalidInputException(subject, "the list of latents is empty; name at least one");
        }

        var count = autoencoder.Header.LatentCount;
        foreach (var latent in latents)
        {
            if (latent < 0 || latent >= count)
            {
                throw new InvalidInputException(subject, $"{autoencoder.Key} has no latent {latent}; it has latents 0 to {count - 1}");
            }
        }
    }
}

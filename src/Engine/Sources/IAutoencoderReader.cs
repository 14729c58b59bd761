using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Sources;

/// <summary>Reads the autoencoders that recipes name.</summary>
public interface IAutoencoderReader
{
    /// <summary>What is known of an autoencoder at a layer; <see langword="null"/> where there is none.</summary>
    /// <exception cref="InvalidInputException">What is there is no autoencoder, or one that can't be computed with.</exception>
    Task<AutoencoderHeader?> ReadHeaderAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken);

    /// <summary>An autoencoder with its weights.</summary>
    /// <exception cref="InvalidInputException">It is not there, or a weight is not finite.</exception>
    Task<Autoencoder> LoadAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken);
}

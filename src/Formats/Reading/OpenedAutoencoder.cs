using AeServerless.Formats.Definitions;

namespace AeServerless.Formats.Reading;

/// <summary>An autoencoder whose files have been understood and whose weights have not been read yet.</summary>
/// <param name="header">What it is.</param>
/// <param name="load">Reads the weights.</param>
public sealed class OpenedAutoencoder(AutoencoderHeader header, Func<CancellationToken, Task<AutoencoderDefinition>> load)
{
    /// <summary>What it is.</summary>
    public AutoencoderHeader Header => header;

    /// <summary>Reads the weights; the input has to be open still.</summary>
    /// <exception cref="AeServerless.Engine.InvalidInputException">A weight is not finite, or the files changed.</exception>
    public Task<AutoencoderDefinition> LoadAsync(CancellationToken cancellationToken) => load(cancellationToken);
}

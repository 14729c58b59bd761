namespace AeServerless.Engine.Autoencoders;

/// <summary>What is known of an autoencoder before its weights are read.</summary>
/// <param name="Name">The file, for errors.</param>
/// <param name="InputSize">Width of the activation that it encodes.</param>
/// <param name="LatentCount">Number of latents.</param>
/// <param name="Activation">The activation function.</param>
public sealed record AutoencoderHeader(string Name, int InputSize, int LatentCount, Activation Activation);

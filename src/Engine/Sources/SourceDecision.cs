namespace AeServerless.Engine.Sources;

/// <summary>Where a value of the plan comes from.</summary>
/// <param name="Value">What it is, e.g. <c>online latents of mlp_autoencoder_latent of layer 2</c>.</param>
/// <param name="Recorded">Whether it is read as recorded; else it is derived.</param>
/// <param name="Reason">The tensor it is read from, or what it is derived from and why.</param>
public sealed record SourceDecision(string Value, bool Recorded, string Reason);

using AeServerless.Engine.Autoencoders;

namespace AeServerless.Cli.Golden;

/// <summary>An autoencoder of a run.</summary>
/// <param name="Folder">Its folder beside the model.</param>
/// <param name="Input">What it encodes.</param>
/// <param name="Layers">The layers that have one.</param>
internal sealed record GoldenAutoencoder(string Folder, AutoencoderInput Input, IReadOnlyList<int> Layers);

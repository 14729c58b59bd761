namespace AeServerless.Engine.Autoencoders;

/// <summary>What is known of an autoencoder before its weights are read.</summary>
/// <param name="Name">The file, for errors.</param>
/// <param name="InputSize">Width of the activation that it encodes.</param>
/// <param name="LatentCount">Number of latents.</param>
/// <param name="Activation">The activation function, without its parameters.</param>
public sealed record AutoencoderHeader(string Name, int InputSize, int LatentCount, Activation Activation)
{
    /// <summary>Width of the activation that it reconstructs.</summary>
    public int OutputSize { get => field == 0 ? InputSize : field; init; }

    /// <summary>Whether it reconstructs another activation than it reads.</summary>
    public bool IsTranscoder { get; init; }

    /// <summary>What happens to an input before the encoder's product.</summary>
    public InputMap InputMap { get; init; } = InputMap.Bias;

    /// <summary>Whether its encoder is a linear map and a bias: its latents' gradients are rows of the encoder.</summary>
    public bool HasLinearEncoder { get; init; } = true;

    /// <summary>What its files say that it reads; <see langword="null"/> where they don't, or name no place that is recorded.</summary>
    public AutoencoderInput? Input { get; init; }

    /// <summary>What its files say that it writes, where it is a transcoder.</summary>
    public AutoencoderInput? Output { get; init; }

    /// <summary>The layer that its files say; <see langword="null"/> where they don't.</summary>
    public int? Layer { get; init; }

    /// <summary>The paths of the files that it is read from, container first.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The mean number of active latents that its authors state.</summary>
    public double? PublishedL0 { get; init; }

    /// <summary>The fraction of variance unexplained that its authors state.</summary>
    public double? PublishedFvu { get; init; }
}

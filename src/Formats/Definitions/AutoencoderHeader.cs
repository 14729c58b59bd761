using AeServerless.Engine.Tensors;

namespace AeServerless.Formats.Definitions;

/// <summary>What can be said of an autoencoder without reading its weights.</summary>
public sealed record AutoencoderHeader
{
    /// <summary>The file or folder that it comes from.</summary>
    public required string Name { get; init; }

    /// <summary>The format's name, as a recipe's <c>format</c> gives it.</summary>
    public required string Format { get; init; }

    /// <summary>The format with its variant, such as <c>SAELens jumprelu</c>.</summary>
    public required string Family { get; init; }

    /// <summary>What it reconstructs.</summary>
    public AutoencoderKind Kind { get; init; }

    /// <summary>Width of the activation that it reads.</summary>
    public required int InputSize { get; init; }

    /// <summary>Number of latents.</summary>
    public required int LatentCount { get; init; }

    /// <summary>Width of what it reconstructs.</summary>
    public required int OutputSize { get; init; }

    /// <summary>Element type of the encoder's weights in the file.</summary>
    public required TensorDtype Dtype { get; init; }

    /// <summary>The gate.</summary>
    public required GateKind Gate { get; init; }

    /// <summary>Latents or groups that the gate lets through at most; 0 where it has no such number.</summary>
    public int K { get; init; }

    /// <summary>What happens to the input before the encoder.</summary>
    public InputMap InputMap { get; init; } = InputMap.None;

    /// <summary>Whether decode adds a linear map of the input.</summary>
    public bool HasSkip { get; init; }

    /// <summary>Whether the encoder has a second product whose sigmoid multiplies the first.</summary>
    public bool HasGluEncoder { get; init; }

    /// <summary>The place that it reads; null where neither file nor hints say.</summary>
    public Place? In { get; init; }

    /// <summary>The place that it writes; the one that it reads, but for transcoders.</summary>
    public Place? Out { get; init; }

    /// <summary>The mean number of active latents that its authors state.</summary>
    public double? PublishedL0 { get; init; }

    /// <summary>The fraction of variance unexplained that its authors state.</summary>
    public double? PublishedFvu { get; init; }

    /// <summary>What was assumed, because files don't say it, or was found and has no influence.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>Where popular loaders read the same file differently, and what is taken here.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>Memory for the weights as float32, in bytes.</summary>
    public long WeightBytes
    {
        get
        {
            var encoders = HasGluEncoder ? 2L : 1L;
            var matrices = ((encoders * InputSize) + OutputSize) * LatentCount;
            var skip = HasSkip ? (long)InputSize * OutputSize : 0;
            return sizeof(float) * (matrices + skip + (4L * LatentCount) + InputSize + OutputSize);
        }
    }
}

namespace AeServerless.Engine.Autoencoders;

/// <summary>What an autoencoder does beside encoder, activation and decoder.</summary>
public sealed record AutoencoderMaps
{
    /// <summary>What happens to an input before the encoder's product. The default subtracts the pre-bias.</summary>
    public InputMap Input { get; init; } = InputMap.Bias;

    /// <summary>What is added to the decoder's output. <c>[output]</c>; <see langword="null"/> for the pre-bias.</summary>
    public float[]? OutputBias { get; init; }

    /// <summary>What the untouched input adds to the output. <c>[output, input]</c>; <see langword="null"/> for nothing.</summary>
    public float[]? Skip { get; init; }

    /// <summary>
    /// A second encoder, whose sigmoid multiplies the pre-activations. <c>[latents, input]</c>; mostly <see langword="null"/>.
    /// </summary>
    public EncoderRows? GluEncoder { get; init; }

    /// <summary>The second encoder's bias. <c>[latents]</c>.</summary>
    public float[]? GluBias { get; init; }
}

using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Definitions;

/// <summary>
/// An autoencoder or transcoder, whoever published it:
/// <c>latents = gate(encoder · (map(x) − input_bias) + encoder_bias)</c>, <c>output = undo(latents · decoder + output_bias) + skip · x</c>.
/// Weights are float32 and all of them finite. What its authors' library folds into them is folded.
/// </summary>
public sealed record AutoencoderDefinition
{
    /// <summary>What it is.</summary>
    public required AutoencoderHeader Header { get; init; }

    /// <summary><c>[input]</c>; null where nothing is subtracted.</summary>
    public float[]? InputBias { get; init; }

    /// <summary><c>[latents, input]</c>.</summary>
    public required WeightMatrix Encoder { get; init; }

    /// <summary><c>[latents]</c>.</summary>
    public required float[] EncoderBias { get; init; }

    /// <summary>
    /// A second encoder: the pre-activations are multiplied by sigmoid(glu · input + glu_bias). <c>[latents, input]</c>, mostly null.
    /// </summary>
    public WeightMatrix? GluEncoder { get; init; }

    /// <summary><c>[latents]</c>, beside <see cref="GluEncoder"/>.</summary>
    public float[]? GluBias { get; init; }

    /// <summary>The gate with its parameters.</summary>
    public required Gate Gate { get; init; }

    /// <summary>What each latent adds to the output. <c>[latents, output]</c>.</summary>
    public required WeightMatrix Decoder { get; init; }

    /// <summary><c>[output]</c>; zeros where the file has none.</summary>
    public required float[] OutputBias { get; init; }

    /// <summary>What the untouched input adds to the output. <c>[output, input]</c>, mostly null.</summary>
    public WeightMatrix? Skip { get; init; }
}

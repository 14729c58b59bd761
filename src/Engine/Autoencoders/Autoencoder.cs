using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Autoencoders;

/// <summary>
/// A sparse autoencoder: <c>latents = activation((x − pre_bias) · encoderᵀ + latent_bias)</c>, <c>x̂ = latents · decoder + pre_bias</c>.
/// Weights are float32.
/// </summary>
public sealed class Autoencoder
{
    /// <summary>The most weights of an encoder, latents times inputs.</summary>
    public const long MaxWeights = 1L << 33;

    /// <summary>The most latents.</summary>
    public const int MaxLatents = 1 << 24;

    /// <summary>The most inputs.</summary>
    public const int MaxInputs = 1 << 20;

    /// <summary>Holds weights that are already in memory.</summary>
    /// <param name="name">The file or source that errors name.</param>
    /// <param name="preBias"><c>[input]</c>.</param>
    /// <param name="encoderWeight"><c>[latents, input]</c>.</param>
    /// <param name="latentBias"><c>[latents]</c>.</param>
    /// <param name="decoder">What each latent adds to the reconstruction: the decoder's weight transposed.</param>
    /// <param name="activation">The activation function.</param>
    /// <exception cref="InvalidInputException">Sizes that don't fit each other, or a k outside 1…latents.</exception>
    public Autoencoder(
        string name, float[] preBias, float[] encoderWeight, float[] latentBias, LatentDirections decoder, Activation activation)
        : this(name, preBias, RowsOf(name, preBias, encoderWeight), latentBias, decoder, activation)
    {
    }

    /// <summary>Holds weights that are already in memory, of any number.</summary>
    /// <param name="name">The file or source that errors name.</param>
    /// <param name="preBias"><c>[input]</c>.</param>
    /// <param name="encoder"><c>[latents, input]</c>.</param>
    /// <param name="latentBias"><c>[latents]</c>.</param>
    /// <param name="decoder">What each latent adds to the reconstruction: the decoder's weight transposed.</param>
    /// <param name="activation">The activation function.</param>
    /// <exception cref="InvalidInputException">Sizes that don't fit each other, or a k outside 1…latents.</exception>
    public Autoencoder(
        string name, float[] preBias, EncoderRows encoder, float[] latentBias, LatentDirections decoder, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(preBias);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(latentBias);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(activation);
        Name = name;
        PreBias = preBias;
        Encoder = encoder;
        LatentBias = latentBias;
        Decoder = decoder;
        Activation = activation;
        var weights = (long)InputSize * LatentCount;
        var given = (long)encoder.Latents * encoder.Width;
        if (weights == 0
            || (encoder.Latents, encoder.Width) != (LatentCount, InputSize)
            || (decoder.Latents, decoder.Width) != (LatentCount, InputSize))
        {
            throw new InvalidInputException(
                name,
                $"{InputSize} inputs and {LatentCount} latents need {weights} weights in the encoder and a decoder of [{LatentCount}, "
                    + $"{InputSize}], there are {given} and [{decoder.Latents}, {decoder.Width}]");
        }

        if (activation.Kind == ActivationKind.TopK && (activation.K < 1 || activation.K > LatentCount))
        {
            throw new InvalidInputException(name, $"TopK needs a k from 1 to {LatentCount}, the number of latents; it has {activation.K}");
        }
    }

    /// <summary>The file or source that errors name.</summary>
    public string Name { get; }

    /// <summary>Width of the activation that it encodes.</summary>
    public int InputSize => PreBias.Length;

    /// <summary>Number of latents.</summary>
    public int LatentCount => LatentBias.Length;

    /// <summary><c>[input]</c>: subtracted before encoding, added after decoding.</summary>
    public float[] PreBias { get; }

    /// <summary><c>[latents, input]</c>.</summary>
    public EncoderRows Encoder { get; }

    /// <summary><c>[latents]</c>: added to the pre-activations.</summary>
    public float[] LatentBias { get; }

    /// <summary>What each latent adds to the reconstruction, the decoder's weight transposed. <c>[latents, input]</c>.</summary>
    public LatentDirections Decoder { get; }

    /// <summary>The activation function.</summary>
    public Activation Activation { get; }

    /// <summary>A latent's row of the encoder. <c>[input]</c>.</summary>
    public ReadOnlySpan<float> EncoderRow(int latent) => Encoder.Row(latent);

    private static EncoderRows RowsOf(string name, float[] preBias, float[] encoderWeight)
    {
        ArgumentNullException.ThrowIfNull(preBias);
        ArgumentNullException.ThrowIfNull(encoderWeight);
        return preBias.Length > 0 && encoderWeight.Length % preBias.Length == 0
            ? new EncoderRows(encoderWeight, preBias.Length)
            : throw new InvalidInputException(name, $"{preBias.Length} inputs do not divide the encoder's {encoderWeight.Length} weights");
    }

    /// <summary>Reads the header's facts alone: sizes and activation.</summary>
    /// <exception cref="InvalidInputException">Not an autoencoder of a known format; names file and tensor.</exception>
    public static AutoencoderHeader ReadHeader(SafetensorsFile file) => SafetensorsAutoencoderFormat.ReadHeader(file);

    /// <summary>Reads an autoencoder, its format recognised by its tensors.</summary>
    /// <exception cref="InvalidInputException">
    /// Not an autoencoder of a known format, or a weight that is not finite; names file and tensor.
    /// </exception>
    public static Task<Autoencoder> LoadAsync(SafetensorsFile file, CancellationToken cancellationToken) =>
        SafetensorsAutoencoderFormat.LoadAsync(file, cancellationToken);
}

using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Autoencoders;

/// <summary>
/// A sparse autoencoder: <c>latents = activation((map(x) − pre_bias) · encoderᵀ + latent_bias)</c>,
/// <c>x̂ = undo(latents · decoder + output_bias) + x · skipᵀ</c>. A transcoder's x̂ is of another activation than x. Weights are float32.
/// </summary>
public sealed class Autoencoder
{
    /// <summary>The most weights of an encoder, latents times inputs.</summary>
    public const long MaxWeights = 1L << 33;

    /// <summary>The most latents.</summary>
    public const int MaxLatents = 1 << 24;

    /// <summary>The most inputs.</summary>
    public const int MaxInputs = 1 << 20;

    private readonly AutoencoderMaps _maps;

    /// <summary>Holds weights that are already in memory.</summary>
    /// <param name="name">The file or source that errors name.</param>
    /// <param name="preBias"><c>[input]</c>.</param>
    /// <param name="encoderWeight"><c>[latents, input]</c>.</param>
    /// <param name="latentBias"><c>[latents]</c>.</param>
    /// <param name="decoder">What each latent adds to the reconstruction: the decoder's weight transposed.</param>
    /// <param name="activation">The activation function.</param>
    /// <param name="maps">What it does beside; the default adds the pre-bias to the output, and nothing else.</param>
    /// <exception cref="InvalidInputException">Sizes that don't fit each other, or a k outside 1…latents.</exception>
    public Autoencoder(
        string name,
        float[] preBias,
        float[] encoderWeight,
        float[] latentBias,
        LatentDirections decoder,
        Activation activation,
        AutoencoderMaps? maps = null)
        : this(name, preBias, RowsOf(name, preBias, encoderWeight), latentBias, decoder, activation, maps)
    {
    }

    /// <summary>Holds weights that are already in memory, of any number.</summary>
    /// <param name="name">The file or source that errors name.</param>
    /// <param name="preBias"><c>[input]</c>.</param>
    /// <param name="encoder"><c>[latents, input]</c>.</param>
    /// <param name="latentBias"><c>[latents]</c>.</param>
    /// <param name="decoder">What each latent adds to the reconstruction: the decoder's weight transposed.</param>
    /// <param name="activation">The activation function.</param>
    /// <param name="maps">What it does beside; the default adds the pre-bias to the output, and nothing else.</param>
    /// <exception cref="InvalidInputException">Sizes that don't fit each other, or a k outside 1…latents.</exception>
    public Autoencoder(
        string name,
        float[] preBias,
        EncoderRows encoder,
        float[] latentBias,
        LatentDirections decoder,
        Activation activation,
        AutoencoderMaps? maps = null)
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
        _maps = maps ?? new AutoencoderMaps();
        OutputBias = _maps.OutputBias ?? preBias;
        var weights = (long)InputSize * LatentCount;
        if (weights == 0
            || (encoder.Latents, encoder.Width) != (LatentCount, InputSize)
            || (decoder.Latents, decoder.Width) != (LatentCount, OutputSize))
        {
            throw new InvalidInputException(
                name,
                $"{InputSize} inputs and {LatentCount} latents need {weights} weights in the encoder and a decoder of [{LatentCount}, "
                    + $"{OutputSize}], there are {(long)encoder.Latents * encoder.Width} and [{decoder.Latents}, {decoder.Width}]");
        }

        RequireLength(_maps.Skip, (long)OutputSize * InputSize, "skip");
        RequireLength(_maps.GluBias, LatentCount, "second encoder's bias");
        if (_maps.GluEncoder is { } glu && (glu.Latents, glu.Width) != (LatentCount, InputSize))
        {
            throw new InvalidInputException(
                name, $"the second encoder has [{glu.Latents}, {glu.Width}] weights, it needs [{LatentCount}, {InputSize}]");
        }

        ValidateActivation();
    }

    /// <summary>The file or source that errors name.</summary>
    public string Name { get; }

    /// <summary>Width of the activation that it encodes.</summary>
    public int InputSize => PreBias.Length;

    /// <summary>Width of the activation that it reconstructs.</summary>
    public int OutputSize => OutputBias.Length;

    /// <summary>Number of latents.</summary>
    public int LatentCount => LatentBias.Length;

    /// <summary>What happens to an input before <see cref="PreBias"/> is subtracted.</summary>
    public InputMap InputMap => _maps.Input;

    /// <summary><c>[input]</c>: subtracted before encoding; zeros where nothing is.</summary>
    public float[] PreBias { get; }

    /// <summary><c>[latents, input]</c>.</summary>
    public EncoderRows Encoder { get; }

    /// <summary><c>[latents]</c>: added to the pre-activations.</summary>
    public float[] LatentBias { get; }

    /// <summary>A second encoder, whose sigmoid multiplies the pre-activations. <c>[latents, input]</c>; mostly null.</summary>
    public EncoderRows? GluEncoder => _maps.GluEncoder;

    /// <summary>The second encoder's bias. <c>[latents]</c>.</summary>
    public float[]? GluBias => _maps.GluBias;

    /// <summary>What each latent adds to the reconstruction, the decoder's weight transposed. <c>[latents, output]</c>.</summary>
    public LatentDirections Decoder { get; }

    /// <summary><c>[output]</c>: added after decoding.</summary>
    public float[] OutputBias { get; }

    /// <summary>What the untouched input adds to the reconstruction. <c>[output, input]</c>; null for nothing.</summary>
    public float[]? Skip => _maps.Skip;

    /// <summary>The activation function.</summary>
    public Activation Activation { get; }

    /// <summary>Whether a reconstruction is the decoder's sum and a bias alone.</summary>
    internal bool DecodesPlainly => Skip is null && InputMap.IsLinear;

    /// <summary>A latent's row of the encoder. <c>[input]</c>.</summary>
    public ReadOnlySpan<float> EncoderRow(int latent) => Encoder.Row(latent);

    /// <summary>Throws where an autoencoder is larger than any that can be loaded.</summary>
    /// <param name="subject">What the error names.</param>
    /// <param name="latents">Number of latents.</param>
    /// <param name="inputs">Width of what it encodes.</param>
    /// <exception cref="InvalidInputException">It is.</exception>
    public static void RequireSize(string subject, long latents, long inputs)
    {
        if (latents > MaxLatents || inputs > MaxInputs || latents * inputs > MaxWeights)
        {
            throw new InvalidInputException(
                subject,
                $"shape [{latents}, {inputs}] is too large; autoencoders of at most {MaxLatents} latents, {MaxInputs} inputs and "
                    + $"{MaxWeights} weights (latents times inputs) can be loaded");
        }
    }

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

    private void ValidateActivation()
    {
        var (kind, k) = Activation;
        if (kind is ActivationKind.TopK or ActivationKind.TopKSigned or ActivationKind.TopKMagnitude or ActivationKind.GroupMax
            && (k < 1 || k > LatentCount))
        {
            throw new InvalidInputException(Name, $"{kind} needs a k from 1 to {LatentCount}, the number of latents; it has {k}");
        }

        if (kind == ActivationKind.GroupMax && LatentCount % k != 0)
        {
            throw new InvalidInputException(Name, $"{k} groups can't share {LatentCount} latents evenly");
        }

        RequireLength(kind == ActivationKind.JumpReLU ? Activation.Thresholds : null, LatentCount, "thresholds");
        RequireLength(Activation.SelectionScale, LatentCount, "selection scale");
        RequireLength(kind == ActivationKind.Gated ? Activation.GateBias : null, LatentCount, "gate bias");
        RequireLength(kind == ActivationKind.Gated ? Activation.MagnitudeScale : null, LatentCount, "magnitude scale");
        RequireLength(kind == ActivationKind.Gated ? Activation.MagnitudeBias : null, LatentCount, "magnitude bias");
    }

    private void RequireLength(float[]? values, long length, string what)
    {
        if (values is not null && values.LongLength != length)
        {
            throw new InvalidInputException(Name, $"the {what} has {values.LongLength} values, it needs {length}");
        }
    }
}

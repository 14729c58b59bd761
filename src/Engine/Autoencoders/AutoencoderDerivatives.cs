using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Autoencoders;

/// <summary>Pre-activations of an autoencoder, and the derivatives of its two halves.</summary>
public static class AutoencoderDerivatives
{
    /// <summary>z = (x − pre_bias) · encoder.weightᵀ + latent_bias.</summary>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="inputs">x, <c>[tokens, input]</c>.</param>
    /// <returns><c>[tokens, latents]</c>.</returns>
    public static float[] PreActivations(Autoencoder autoencoder, ReadOnlySpan<float> inputs)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        var centred = new float[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            centred[i] = inputs[i] - autoencoder.PreBias[i % autoencoder.InputSize];
        }

        var values = PreActEncoderDerivative(autoencoder, centred, null);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] += autoencoder.LatentBias[i % autoencoder.LatentCount];
        }

        return values;
    }

    /// <summary>
    /// The encoder's derivative, which is the same at every input because the encoder is linear: v ↦ v · encoder.weightᵀ.
    /// </summary>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="directions">v, <c>[tokens, input]</c>.</param>
    /// <param name="latent">One latent, or <see langword="null"/> for all.</param>
    /// <returns><c>[tokens, latents]</c>; <c>[tokens, 1]</c> for one latent.</returns>
    /// <exception cref="InvalidInputException">The autoencoder has no such latent.</exception>
    public static float[] PreActEncoderDerivative(Autoencoder autoencoder, ReadOnlySpan<float> directions, int? latent)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        if (latent is { } index && (index < 0 || index >= autoencoder.LatentCount))
        {
            throw new InvalidInputException(
                autoencoder.Name, $"there is no latent {index}; there are latents 0 to {autoencoder.LatentCount - 1}");
        }

        var (first, count) = latent is { } one ? (one, 1) : (0, autoencoder.LatentCount);
        var tokens = directions.Length / autoencoder.InputSize;
        var values = new float[tokens * count];
        for (var token = 0; token < tokens; token++)
        {
            var row = directions.Slice(token * autoencoder.InputSize, autoencoder.InputSize);
            for (var i = 0; i < count; i++)
            {
                values[(token * count) + i] = FixedOrder.Dot(row, autoencoder.EncoderRow(first + i));
            }
        }

        return values;
    }

    /// <summary>The activation function's derivative, told from its output: 1 where a latent is kept and above 0, 0 elsewhere.</summary>
    /// <param name="activation">The activation function: ReLU, TopK or JumpReLU.</param>
    /// <param name="postActivations">Latents after the activation; any shape.</param>
    /// <param name="referenceCompatible">
    /// Whether to recognise ReLU as the reference does, by what the function does to ten random numbers: a TopK that keeps nine or ten of
    /// them passes for ReLU, and one that keeps more can't be tried.
    /// </param>
    /// <exception cref="InvalidInputException">Another activation function.</exception>
    public static float[] ActivationDerivative(Activation activation, ReadOnlySpan<float> postActivations, bool referenceCompatible = false)
    {
        ArgumentNullException.ThrowIfNull(activation);
        if (referenceCompatible)
        {
            ValidatePassesForReLU(activation);
        }

        if (!IsZeroBelow(activation))
        {
            throw new InvalidInputException(
                $"activation {activation}", "its derivative is not known; known are those of ReLU, TopK and JumpReLU");
        }

        var derivative = new float[postActivations.Length];
        for (var i = 0; i < derivative.Length; i++)
        {
            derivative[i] = postActivations[i] > 0 ? 1 : 0;
        }

        return derivative;
    }

    /// <summary>Whether an active latent is one above zero: all but identity.</summary>
    internal static bool IsZeroBelow(Activation activation) =>
        activation.Kind is ActivationKind.ReLU or ActivationKind.TopK or ActivationKind.JumpReLU;

    private static void ValidatePassesForReLU(Activation activation)
    {
        const int testInputs = 10;
        if (activation.Kind == ActivationKind.TopK && activation.K > testInputs)
        {
            throw new InvalidInputException(
                $"activation {activation}", $"the reference tries it on {testInputs} numbers, fewer than k; leave referenceCompatible out");
        }

        if (activation.Kind != ActivationKind.ReLU && !(activation.Kind == ActivationKind.TopK && activation.K >= testInputs - 1))
        {
            throw new InvalidInputException(
                $"activation {activation}", "the reference knows the derivative of ReLU alone; leave referenceCompatible out");
        }
    }
}

using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Numerics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Traces;

/// <summary>A traced latent as a function of what its autoencoder reads, in float64.</summary>
internal static class LatentTrace
{
    // Added to the standard deviation, not to the variance.
    private const double LayerNormEpsilon = 1e-5;

    /// <summary>The latent before or after its activation function.</summary>
    /// <param name="trace">What is traced.</param>
    /// <param name="input">What the autoencoder reads at the traced token, <c>[input]</c>.</param>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Activation(ResolvedTrace trace, Tensor input, Autoencoder autoencoder)
    {
        var mapped = Map(autoencoder.InputMap, input) - Row(autoencoder.PreBias);
        var latent = trace.Index;
        var preAct = mapped.dot(Row(autoencoder.EncoderRow(latent))).Plus(autoencoder.LatentBias[latent]);
        if (autoencoder.GluEncoder is { } glu)
        {
            var gate = mapped.dot(Row(glu.Row(latent)));
            preAct *= gate.Plus(autoencoder.GluBias![latent]).sigmoid();
        }

        if (trace.PreAct)
        {
            return preAct;
        }

        // Whether a gate is open doesn't change with an infinitesimal step, so it is a constant.
        var activation = autoencoder.Activation;
        if (!IsOpen(trace, input, autoencoder))
        {
            return preAct.Times(0);
        }

        return activation.Kind == ActivationKind.Gated
            ? preAct.Times(activation.MagnitudeScale[latent]).Plus(activation.MagnitudeBias[latent])
            : preAct;
    }

    /// <summary>Whether the latent's gate is open, decided as the encoder does, in float32.</summary>
    private static bool IsOpen(ResolvedTrace trace, Tensor input, Autoencoder autoencoder)
    {
        if (autoencoder.Activation.Kind == ActivationKind.Identity)
        {
            return true;
        }

        var encoded = new EncodedTile(1);
        var row = input.detach().to_type(ScalarType.Float32).contiguous().data<float>().ToArray();
        new DenseLane(autoencoder).Encode(row, 1, encoded);
        return encoded.Latents.Contains(trace.Index);
    }

    private static Tensor Map(InputMap map, Tensor x)
    {
        if (map.Centred)
        {
            x -= x.mean();
        }

        switch (map.Norm)
        {
            case InputNorm.LayerNorm:
                x -= x.mean();
                return x / x.Squared().sum().Times(1.0 / (x.shape[0] - 1)).sqrt().Plus(LayerNormEpsilon);
            case InputNorm.ConstantNorm:
                return x * x.Squared().mean().rsqrt();
            default:
                return x;
        }
    }

    private static Tensor Row(ReadOnlySpan<float> row) => tensor(row.ToArray()).to_type(ScalarType.Float64);
}

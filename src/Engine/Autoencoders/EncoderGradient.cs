using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Autoencoders;

/// <summary>Gradients of latents in what their autoencoder reads.</summary>
internal static class EncoderGradient
{
    /// <summary>The gradient of an active latent.</summary>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="latent">The latent; its gate is open.</param>
    /// <param name="x">What the autoencoder reads. <c>[input]</c>.</param>
    /// <param name="into">Receives the gradient. <c>[input]</c>.</param>
    public static void Compute(Autoencoder autoencoder, int latent, ReadOnlySpan<float> x, Span<float> into)
    {
        var gradient = new double[x.Length];
        var row = autoencoder.EncoderRow(latent);
        for (var i = 0; i < gradient.Length; i++)
        {
            gradient[i] = row[i];
        }

        if (autoencoder.GluEncoder is { } glu)
        {
            AddGlu(autoencoder, latent, glu.Row(latent), x, gradient);
        }

        InputMapping.PullBack(autoencoder.InputMap, x, gradient);
        var slope = autoencoder.Activation.Slope(latent);
        for (var i = 0; i < gradient.Length; i++)
        {
            into[i] = (float)(slope * gradient[i]);
        }
    }

    /// <summary>The pre-activation is u · σ(v): its gradient is σ(v) · u′ + u · σ(v) · (1 − σ(v)) · v′.</summary>
    private static void AddGlu(
        Autoencoder autoencoder, int latent, ReadOnlySpan<float> gluRow, ReadOnlySpan<float> x, Span<double> gradient)
    {
        var mapped = new float[x.Length];
        InputMapping.Apply(autoencoder, x, mapped);
        var u = (double)FixedOrder.Dot(mapped, autoencoder.EncoderRow(latent)) + autoencoder.LatentBias[latent];
        var gate = 1 / (1 + Math.Exp(-((double)FixedOrder.Dot(mapped, gluRow) + autoencoder.GluBias![latent])));
        var along = u * gate * (1 - gate);
        for (var i = 0; i < gradient.Length; i++)
        {
            gradient[i] = (gate * gradient[i]) + (along * gluRow[i]);
        }
    }
}

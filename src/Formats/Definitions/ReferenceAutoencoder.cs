namespace AeServerless.Formats.Definitions;

/// <summary>Encode and decode, plainly and in float64, a token at a time: what faster implementations are compared with.</summary>
/// <param name="definition">The autoencoder.</param>
public sealed class ReferenceAutoencoder(AutoencoderDefinition definition)
{
    private const double LayerNormEpsilon = 1e-5;

    /// <summary>The encoder's output before the gate (for gated ones before either bias). <c>[latents]</c>.</summary>
    /// <param name="x">The activation. <c>[input]</c>.</param>
    public double[] PreActivations(ReadOnlySpan<float> x)
    {
        var (y, _, _) = Map(x);
        if (definition.InputBias is { } bias)
        {
            for (var i = 0; i < y.Length; i++)
            {
                y[i] -= bias[i];
            }
        }

        var pre = new double[definition.Encoder.Rows];
        for (var latent = 0; latent < pre.Length; latent++)
        {
            pre[latent] = Dot(definition.Encoder.Row(latent), y) + definition.EncoderBias[latent];
            if (definition.GluEncoder is { } glu)
            {
                pre[latent] /= 1 + Math.Exp(-(Dot(glu.Row(latent), y) + definition.GluBias![latent]));
            }
        }

        return pre;
    }

    /// <summary>The latents of an activation. <c>[latents]</c>.</summary>
    /// <param name="x">The activation. <c>[input]</c>.</param>
    public double[] Encode(ReadOnlySpan<float> x) => ReferenceGate.Apply(definition.Gate, PreActivations(x));

    /// <summary>The output for latents. <c>[output]</c>.</summary>
    /// <param name="latents"><c>[latents]</c>.</param>
    /// <param name="x">The activation that they come from: its scale is undone, and a skip connection takes it. <c>[input]</c>.</param>
    public double[] Decode(ReadOnlySpan<double> latents, ReadOnlySpan<float> x)
    {
        var output = Array.ConvertAll(definition.OutputBias, value => (double)value);
        for (var latent = 0; latent < latents.Length; latent++)
        {
            if (latents[latent] != 0)
            {
                var direction = definition.Decoder.Row(latent);
                for (var i = 0; i < output.Length; i++)
                {
                    output[i] += latents[latent] * direction[i];
                }
            }
        }

        if (definition.Header.InputMap is { Norm: not InputNorm.None, NormUndone: true })
        {
            var (_, mean, scale) = Map(x);
            for (var i = 0; i < output.Length; i++)
            {
                output[i] = (output[i] * scale) + mean;
            }
        }

        if (definition.Skip is { } skip)
        {
            var input = ToDouble(x);
            for (var i = 0; i < output.Length; i++)
            {
                output[i] += Dot(skip.Row(i), input);
            }
        }

        return output;
    }

    /// <summary>The mapped input before its bias is subtracted, and what brings a normalised activation back: its mean and scale.</summary>
    private (double[] Mapped, double Mean, double Scale) Map(ReadOnlySpan<float> x)
    {
        var map = definition.Header.InputMap;
        var y = ToDouble(x);
        if (map.Centred)
        {
            Shift(y, -y.Average());
        }

        switch (map.Norm)
        {
            case InputNorm.LayerNorm:
                var mean = y.Average();
                Shift(y, -mean);
                var deviation = Math.Sqrt(Dot(y, y) / (y.Length - 1));
                Scale(y, 1 / (deviation + LayerNormEpsilon));
                return (y, mean, deviation);
            case InputNorm.ConstantNorm:
                var norm = Math.Sqrt(Dot(y, y));
                var scale = norm == 0 ? 1 : norm / Math.Sqrt(y.Length);
                Scale(y, 1 / scale);
                return (y, 0, scale);
            default:
                return (y, 0, 1);
        }
    }

    private static double[] ToDouble(ReadOnlySpan<float> x)
    {
        var y = new double[x.Length];
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = x[i];
        }

        return y;
    }

    private static void Shift(double[] y, double by)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] += by;
        }
    }

    private static void Scale(double[] y, double by)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] *= by;
        }
    }

    private static double Dot(ReadOnlySpan<float> weights, double[] y)
    {
        var sum = 0.0;
        for (var i = 0; i < y.Length; i++)
        {
            sum += weights[i] * y[i];
        }

        return sum;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}

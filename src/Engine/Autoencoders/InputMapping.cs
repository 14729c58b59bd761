using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Autoencoders;

/// <summary>
/// What happens to an input before the encoder's product. Means and norms are summed in float64 and in order, results rounded once.
/// </summary>
internal static class InputMapping
{
    // Added to the standard deviation, not to the variance.
    private const double LayerNormEpsilon = 1e-5;

    /// <summary>map(x) − pre_bias.</summary>
    /// <param name="autoencoder">Whose map.</param>
    /// <param name="x"><c>[input]</c>.</param>
    /// <param name="into"><c>[input]</c>.</param>
    public static void Apply(Autoencoder autoencoder, ReadOnlySpan<float> x, Span<float> into)
    {
        if (autoencoder.InputMap.IsLinear)
        {
            FixedOrder.Subtract(x, autoencoder.PreBias, into);
            return;
        }

        var (shift, scale, _, _) = Measure(autoencoder.InputMap, x);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = (float)(((x[i] - shift) * scale) - autoencoder.PreBias[i]);
        }
    }

    /// <summary>What a reconstruction in the mapped scale is multiplied by, and what is added then.</summary>
    public static (double Scale, double Shift) Undo(InputMap map, ReadOnlySpan<float> x)
    {
        if (!map.UndoesNorm)
        {
            return (1, 0);
        }

        var (_, _, undoScale, undoShift) = Measure(map, x);
        return (undoScale, undoShift);
    }

    /// <summary>The mean that is taken away without being given back.</summary>
    public static double CentredAway(InputMap map, ReadOnlySpan<float> x) => map.Centred ? Mean(x) : 0;

    /// <summary>The gradient with respect to x of a scalar whose gradient with respect to map(x) is given.</summary>
    /// <param name="map">The map.</param>
    /// <param name="x"><c>[input]</c>.</param>
    /// <param name="gradient">In the mapped input; receives that in x. <c>[input]</c>.</param>
    public static void PullBack(InputMap map, ReadOnlySpan<float> x, Span<double> gradient)
    {
        if (map.IsLinear)
        {
            return;
        }

        var centre = map.Centred ? Mean(x) : 0;
        if (map.Norm != InputNorm.None)
        {
            // With y = s(‖c‖)·c, c the input less its mean or not: s·g + s′/‖c‖·(c·g)·c.
            var shift = map.Norm == InputNorm.LayerNorm ? Mean(x) : centre;
            var (squares, along) = (0.0, 0.0);
            for (var i = 0; i < x.Length; i++)
            {
                squares += (x[i] - shift) * (x[i] - shift);
                along += (x[i] - shift) * gradient[i];
            }

            var (scale, slope) = Slopes(map.Norm, squares, x.Length);
            for (var i = 0; i < x.Length; i++)
            {
                gradient[i] = (scale * gradient[i]) + (slope * along * (x[i] - shift));
            }
        }

        if (map.Centred || map.Norm == InputNorm.LayerNorm)
        {
            var mean = 0.0;
            foreach (var value in gradient)
            {
                mean += value;
            }

            mean /= gradient.Length;
            foreach (ref var value in gradient)
            {
                value -= mean;
            }
        }
    }

    private static (double Scale, double Slope) Slopes(InputNorm norm, double squares, int width)
    {
        if (squares == 0)
        {
            return (norm == InputNorm.LayerNorm ? 1 / LayerNormEpsilon : 1, 0);
        }

        if (norm == InputNorm.ConstantNorm)
        {
            var scale = Math.Sqrt(width / squares);
            return (scale, -scale / squares);
        }

        var deviation = Math.Sqrt(squares / (width - 1));
        var divisor = deviation + LayerNormEpsilon;
        return (1 / divisor, -1 / (divisor * divisor * (width - 1) * deviation));
    }

    private static (double Shift, double Scale, double UndoScale, double UndoShift) Measure(InputMap map, ReadOnlySpan<float> x)
    {
        var centre = map.Centred ? Mean(x) : 0;
        if (map.Norm == InputNorm.None)
        {
            return (centre, 1, 1, 0);
        }

        var shift = map.Norm == InputNorm.LayerNorm ? Mean(x) : centre;
        var squares = 0.0;
        foreach (var value in x)
        {
            squares += (value - shift) * (value - shift);
        }

        if (map.Norm == InputNorm.LayerNorm)
        {
            var deviation = Math.Sqrt(squares / (x.Length - 1));
            return (shift, 1 / (deviation + LayerNormEpsilon), deviation, shift - centre);
        }

        var scale = squares == 0 ? 1 : Math.Sqrt(squares / x.Length);
        return (shift, 1 / scale, scale, 0);
    }

    private static double Mean(ReadOnlySpan<float> x)
    {
        var sum = 0.0;
        foreach (var value in x)
        {
            sum += value;
        }

        return sum / x.Length;
    }
}

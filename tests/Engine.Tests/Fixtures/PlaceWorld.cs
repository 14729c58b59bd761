using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Tests.Fixtures;

/// <summary>What the parts of a random place are, in float64.</summary>
internal sealed class PlaceWorld(RandomPlace place)
{
    private const double Epsilon = 1e-5;

    public Autoencoder Autoencoder => place.Autoencoder;

    public int ResultLayer => place.ResultLayer;

    private AutoencoderInput Target => place.Reference.Target!.Value;

    private int Width => place.Model.ModelWidth;

    public Task<CollectedChunk> ComputeAsync(params string[] scalars) => place.ComputeAsync(scalars);

    public double[] Row(AutoencoderInput at, PassType pass, int token)
    {
        var width = place.Model.WidthOf(at);
        return [.. place.Rows(at, pass).AsSpan(token * width, width).ToArray().Select(value => (double)value)];
    }

    /// <summary>What latents, error, bias and skip add up to: the value at the place, but for a mean that is taken away for good.</summary>
    public double[] Explained(int token)
    {
        var target = Row(Target, PassType.Forward, token);
        var away = Autoencoder.InputMap.Centred ? target.Average() : 0;
        return [.. target.Select(value => value - away)];
    }

    /// <summary>What neither latents nor error are: bias, what undoing the norm adds, and the skip.</summary>
    public double[] Rest(int token)
    {
        var x = Row(place.Reference.Input!.Value, PassType.Forward, token);
        var (scale, shift) = InputMapping.Undo(Autoencoder.InputMap, [.. x.Select(value => (float)value)]);
        return
        [
            .. Autoencoder.OutputBias.Select((bias, i) => (scale * bias) + shift
                + (Autoencoder.Skip is { } skip ? x.Select((value, j) => value * skip[(i * x.Length) + j]).Sum() : 0)),
        ];
    }

    /// <summary>What a value at the place writes to the residual stream.</summary>
    public double[] Through(int token, double[] value)
    {
        if (Target.IsOnStream())
        {
            return value;
        }

        var written = Times(value);
        if (!place.Model.PostNorms)
        {
            return written;
        }

        var all = Times(Row(Target, PassType.Forward, token)).Zip(place.OutBias, (sum, bias) => sum + bias).ToArray();
        var scale = 1 / Math.Sqrt(all.Select(sum => sum * sum).Average() + Epsilon);
        return [.. written.Zip(place.PostNorm, (sum, weight) => sum * scale * weight)];
    }

    /// <summary>The gradient of what the autoencoder reconstructs: that of the stream where it can be carried back, else the recorded
    /// one.</summary>
    public double[] GradientAtPlace(int token)
    {
        var own = Row(Target, PassType.Backward, token);
        if (Target is not (AutoencoderInput.MlpPostAct or AutoencoderInput.ResidDeltaMlp))
        {
            return own;
        }

        var final = Row(AutoencoderInput.ResidPostMlp, PassType.Backward, token);
        if (Target.IsOnStream())
        {
            return final;
        }

        return place.Model.PostNorms
            ? own
            : [.. own.Select((_, i) => final.Select((value, d) => value * place.Outs[(i * Width) + d]).Sum())];
    }

    private double[] Times(double[] units) =>
        [.. Enumerable.Range(0, Width).Select(d => units.Select((value, i) => value * place.Outs[(i * Width) + d]).Sum())];
}

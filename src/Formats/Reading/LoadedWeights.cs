using AeServerless.Formats.Definitions;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Reading;

/// <summary>Weights in memory, into which their library's conventions are folded.</summary>
internal sealed class LoadedWeights
{
    public required float[]? InputBias { get; init; }

    public required WeightMatrix Encoder { get; init; }

    public required float[] EncoderBias { get; init; }

    public required WeightMatrix? Glu { get; init; }

    public required float[]? GluBias { get; init; }

    public required WeightMatrix Decoder { get; init; }

    public required float[] OutputBias { get; init; }

    public required WeightMatrix? Skip { get; init; }

    /// <summary>
    /// Brings each decoder row to norm 1 and multiplies the latent's encoder row and bias by what was taken away: latents change their
    /// scale, the reconstruction does not. A row of zeros stays, its latent becomes 0.
    /// </summary>
    public void FoldDecoderNorms()
    {
        var norms = Decoder.RowNorms();
        Parallel.For(0, norms.Length, latent =>
        {
            Encoder.ScaleRow(latent, norms[latent]);
            EncoderBias[latent] = (float)(EncoderBias[latent] * norms[latent]);
            if (norms[latent] > 0)
            {
                Decoder.ScaleRow(latent, 1 / norms[latent]);
            }
        });
    }

    public static void Scale(float[] values, double factor)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(values[i] * factor);
        }
    }

    public AutoencoderDefinition Define(AutoencoderHeader header, Gate gate) => new()
    {
        Header = header,
        InputBias = InputBias,
        Encoder = Encoder,
        EncoderBias = EncoderBias,
        GluEncoder = Glu,
        GluBias = GluBias,
        Gate = gate,
        Decoder = Decoder,
        OutputBias = OutputBias,
        Skip = Skip,
    };
}

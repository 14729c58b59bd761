namespace AeServerless.Formats.Golden;

/// <summary>What a library computes for some tokens.</summary>
/// <param name="latents"><c>[tokens, latents]</c>.</param>
/// <param name="reconstruction"><c>[tokens, output]</c>.</param>
/// <param name="preActivations"><c>[tokens, latents]</c>: with the latents it gives the scale in which they are compared.</param>
internal sealed class ExpectedRows(float[] latents, float[] reconstruction, float[] preActivations)
{
    public (double Error, string? Problem) Compare(
        int row, ReadOnlySpan<float> x, double[] foundLatents, double[] foundOutput, double tolerance)
    {
        var expected = latents.AsSpan(row * foundLatents.Length, foundLatents.Length);
        for (var latent = 0; latent < expected.Length; latent++)
        {
            if ((foundLatents[latent] != 0) != (expected[latent] != 0))
            {
                return (1, $"row {row}, latent {latent} is {foundLatents[latent]}, expected {expected[latent]}");
            }
        }

        var output = reconstruction.AsSpan(row * foundOutput.Length, foundOutput.Length);
        var pre = preActivations.AsSpan(row * foundLatents.Length, foundLatents.Length);
        var latentError = Error(foundLatents, expected, Math.Max(Largest(pre), Largest(expected)));
        var outputError = Error(foundOutput, output, Math.Max(Largest(output), Largest(x)));
        var problem = latentError > tolerance
            ? $"latents of row {row} differ by {latentError:0.0e+0}"
            : outputError > tolerance ? $"the reconstruction of row {row} differs by {outputError:0.0e+0}" : null;
        return (Math.Max(latentError, outputError), problem);
    }

    private static double Error(double[] found, ReadOnlySpan<float> expected, double scale)
    {
        var error = 0.0;
        for (var i = 0; i < found.Length; i++)
        {
            var difference = Math.Abs(found[i] - expected[i]);
            error = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(error, difference);
        }

        return scale == 0 ? error : error / scale;
    }

    private static double Largest(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }
}

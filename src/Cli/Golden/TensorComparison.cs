using System.Globalization;

namespace AeServerless.Cli.Golden;

/// <summary>Compares tensors relative to the largest expected magnitude.</summary>
internal static class TensorComparison
{
    /// <summary>How far a value may be off, relative to the tensor's largest magnitude.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>The comparison of one key.</summary>
    public static GoldenKey Compare(string run, string key, ReadOnlySpan<float> values, ReadOnlySpan<float> expected)
    {
        if (values.Length != expected.Length)
        {
            return Fail(run, key, $"it has {values.Length} values, expected are {expected.Length}");
        }

        double scale = 0, worst = 0;
        var at = 0;
        for (var i = 0; i < values.Length; i++)
        {
            scale = Math.Max(scale, Math.Abs(expected[i]));
            var difference = Math.Abs((double)values[i] - expected[i]);
            if (!(difference <= worst))
            {
                (worst, at) = (difference, i);
            }
        }

        var error = worst == 0 ? 0 : worst / scale;
        return error <= Tolerance
            ? new GoldenKey(run, key, error, null)
            : new GoldenKey(run, key, double.IsNaN(error) ? double.PositiveInfinity : error, string.Create(
                CultureInfo.InvariantCulture,
                $"element {at} is {values[at]}, expected is {expected[at]}; the tensor's largest magnitude is {scale}"));
    }

    /// <summary>A key that could not be compared.</summary>
    public static GoldenKey Fail(string run, string key, string problem) => new(run, key, double.PositiveInfinity, problem);
}

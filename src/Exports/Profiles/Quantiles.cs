namespace AeServerless.Exports.Profiles;

/// <summary>Quantiles with linear interpolation between the two nearest values.</summary>
internal static class Quantiles
{
    /// <summary>A quantile of sorted values that <paramref name="zeros"/> zeros stand among.</summary>
    /// <param name="sorted">Values other than zero, ascending.</param>
    /// <param name="zeros">Zeros beside them.</param>
    /// <param name="fraction">0 to 1.</param>
    public static double Of(ReadOnlySpan<float> sorted, long zeros, double fraction)
    {
        var count = sorted.Length + zeros;
        if (count == 0)
        {
            return 0;
        }

        var place = fraction * (count - 1);
        var below = (long)Math.Floor(place);
        var (low, high) = (At(sorted, zeros, below), At(sorted, zeros, Math.Min(count - 1, below + 1)));
        return low + ((high - low) * (place - below));
    }

    private static double At(ReadOnlySpan<float> sorted, long zeros, long index)
    {
        var negative = sorted.BinarySearch(0f);
        negative = negative < 0 ? ~negative : negative;
        return index < negative ? sorted[(int)index] : index < negative + zeros ? 0 : sorted[(int)(index - zeros)];
    }
}

namespace AeServerless.Exports.Profiles;

/// <summary>Bins of equal width over the range of some values; none where there are no values.</summary>
/// <param name="Centres">The middle of each bin.</param>
/// <param name="Heights">Values in each bin.</param>
internal sealed record Histogram(double[] Centres, int[] Heights)
{
    public const int Bins = 50;

    public static Histogram Of(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
        {
            return new Histogram([], []);
        }

        var (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        }

        var width = ((double)max - min) / Bins;
        var heights = new int[Bins];
        foreach (var value in values)
        {
            // One value alone, or equal ones, stand in the middle.
            heights[width > 0 ? Math.Min(Bins - 1, (int)((value - (double)min) / ((double)max - min) * Bins)) : Bins / 2]++;
        }

        return new Histogram([.. Enumerable.Range(0, Bins).Select(bin => min + (bin * width) + (width / 2))], heights);
    }
}

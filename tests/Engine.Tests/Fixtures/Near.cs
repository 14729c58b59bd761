namespace AeServerless.Engine.Tests.Fixtures;

/// <summary>Compares tensors relative to their largest magnitude.</summary>
internal static class Near
{
    public static void Equal(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = 0, worst = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            scale = Math.Max(scale, Math.Abs(expected[i]));
            worst = Math.Max(worst, Math.Abs((double)expected[i] - actual[i]));
        }

        Assert.True(scale > 0, "The expected tensor is zero: nothing would be compared.");
        Assert.True(worst <= tolerance * scale, $"Off by {worst / scale:e2} of the tensor's scale.");
    }
}

using AeServerless.Engine.Encoding.Screening.Formats;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Encoding.Screening;

public sealed class Int16FormatTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(777)]
    [InlineData(3072)]
    [InlineData(200_000)]
    public void RoundedRows_HaveNormsWhoseProductsFitInt32(int width)
    {
        var random = new Random(width);
        float[][] rows =
        [
            Random64.Gaussian(random, width, 1), Random64.Gaussian(random, width, 1e20f), [.. Enumerable.Repeat(0.7f, width)],
            [.. Enumerable.Range(0, width).Select(i => i == width / 2 ? -3f : 1e-6f)],
            [.. Enumerable.Range(0, width).Select(i => i % 2 == 0 ? -1.5f : 1.5f)],
        ];
        foreach (var row in rows)
        {
            var rounded = new short[width];
            var scale = Int16Format.Round(row, rounded, short.MaxValue);

            Assert.True(rounded.Sum(value => (double)value * value) < int.MaxValue);
            for (var i = 0; i < width; i++)
            {
                Assert.InRange(row[i] - ((double)scale * rounded[i]), -0.51 * scale, 0.51 * scale);
            }
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-42f)]
    public void RowsNextToZero_AreZeros(float element)
    {
        var rounded = new short[40];
        Array.Fill(rounded, (short)1);

        Assert.Equal(0, Int16Format.Round([.. Enumerable.Repeat(element, 40)], rounded, short.MaxValue));
        Assert.All(rounded, value => Assert.Equal(0, value));
    }
}

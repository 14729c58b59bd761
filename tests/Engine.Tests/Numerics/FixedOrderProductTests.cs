using AeServerless.Engine.Numerics;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Numerics;

public sealed class FixedOrderProductTests
{
    private const int RunLength = 128;

    [Fact]
    public void AnyShapeAndTeam_HasTheBitsOfRunsOfFusedMultiplyAdds() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 300], Gen.Int[1, 140], Gen.Bool, Gen.Int[1, 3], Gen.Int[0, 1000])
            .Sample((rows, inner, columns, hasBias, threads, seed) =>
        {
            var random = new Random(seed);
            float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
            var (left, right, bias) = (Some(rows * inner), Some(inner * columns), hasBias ? Some(columns) : null);
            var product = new float[rows * columns];

            FixedOrderProduct.Multiply(left, right, bias, columns, product, TestEngine.Team(threads));

            for (var i = 0; i < product.Length; i++)
            {
                Assert.Equal(Element(left, right, bias, inner, columns, i / columns, i % columns), product[i]);
            }
        }, iter: 200);

    private static float Element(float[] left, float[] right, float[]? bias, int inner, int columns, int row, int column)
    {
        var total = 0f;
        for (var start = 0; start < inner; start += RunLength)
        {
            var sum = 0f;
            for (var k = start; k < Math.Min(inner, start + RunLength); k++)
            {
                sum = MathF.FusedMultiplyAdd(left[(row * inner) + k], right[(k * columns) + column], sum);
            }

            total = start == 0 ? sum : total + sum;
        }

        return bias is null ? total : total + bias[column];
    }
}

using AeServerless.Engine.Encoding.Screening.Formats;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Numerics;

public sealed class FixedOrderTests
{
    [Fact]
    public void Dot_AnyLength_IsTheSumOfSixtyFourScalarLanes() =>
        Gen.Int[0, 400].SelectMany(n => Gen.Select(Gen.Float[-8, 8].Array[n], Gen.Float[-8, 8].Array[n])).Sample((a, b) =>
        {
            var lanes = new float[64];
            for (var i = 0; i < a.Length; i++)
            {
                lanes[i % 64] += a[i] * b[i];
            }

            for (var i = 0; i < 16; i++)
            {
                lanes[i] = (lanes[i] + lanes[16 + i]) + (lanes[32 + i] + lanes[48 + i]);
            }

            for (var half = 8; half >= 1; half /= 2)
            {
                for (var i = 0; i < half; i++)
                {
                    lanes[i] += lanes[i + half];
                }
            }

            Assert.Equal(lanes[0], FixedOrder.Dot(a, b));
        }, iter: 300);

    [Fact]
    public void DotFour_AnyLength_IsFourDots() =>
        Gen.Int[0, 5].SelectMany(n => Gen.Float[-8, 8].Array[5 * 64 * n]).Sample(values =>
        {
            var length = values.Length / 5;
            Span<float> Row(int i) => values.AsSpan(i * length, length);
            ref float First(int i) => ref System.Runtime.InteropServices.MemoryMarshal.GetReference(Row(i));

            var dots = FixedOrder.DotFour(ref First(0), ref First(1), ref First(2), ref First(3), ref First(4), length);

            Assert.Equal(
                (
                    FixedOrder.Dot(Row(0), Row(4)), FixedOrder.Dot(Row(1), Row(4)), FixedOrder.Dot(Row(2), Row(4)),
                    FixedOrder.Dot(Row(3), Row(4))), dots);
        }, iter: 100);

    [Fact]
    public void DotOfHalves_HasTheBitsOfDot() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 1000]).Sample((steps, seed) =>
        {
            var random = new Random(seed);
            var length = steps * FixedOrder.Unrolled;
            var (left, right) = (Random64.Gaussian(random, length, 1), Random64.Gaussian(random, length, 1));

            Assert.Equal(FixedOrder.Dot(left, right), FixedOrderHalves.DotWhole(ref left[0], ref right[0], length));
        }, iter: 50);

    [Fact]
    public void SumAndSquaredNorm_AnyLength_AreThoseOfFloat64() =>
        Gen.Float[-100, 100].Array[0, 100].Sample(values =>
        {
            var lanes = new double[16];
            foreach (var (i, value) in values.Index())
            {
                lanes[i % lanes.Length] += value;
            }

            for (var half = lanes.Length / 2; half > 0; half /= 2)
            {
                for (var lane = 0; lane < half; lane++)
                {
                    lanes[lane] += lanes[lane + half];
                }
            }

            Assert.Equal(lanes[0], FixedOrder.Sum(values));
            Assert.Equal(values.Sum(v => (double)v * v), FixedOrder.SquaredNorm(values), 1e-9);
        }, iter: 200);

    [Fact]
    public void Rotation_AnyWidth_KeepsDotProductsButForItsFactor() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 8]).SelectMany((n, power) => Gen.Float[-1, 1].Array[2 * (n << power)]).Sample(values =>
        {
            var (a, b) = (values[..(values.Length / 2)], values[(values.Length / 2)..]);
            var rotation = new Rotation(a.Length);
            var expected = a.Zip(b, (x, y) => (double)x * y).Sum();
            rotation.Apply(a);
            rotation.Apply(b);

            Assert.Equal(expected, a.Zip(b, (x, y) => (double)x * y).Sum() / rotation.Block, 1e-6 * values.Length);
        }, iter: 100);
}

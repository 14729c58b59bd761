using System.Numerics;
using System.Runtime.Intrinsics;
using AeServerless.Engine.Numerics;
using CsCheck;

namespace AeServerless.Engine.Tests.Numerics;

public sealed class ExactSumTests
{
    private static readonly Gen<float> AnyFloat = Gen.OneOf(
        Gen.UInt.Select(BitConverter.UInt32BitsToSingle).Where(float.IsFinite),
        Gen.Const(0f), Gen.Const(-0f), Gen.Const(float.Epsilon), Gen.Const(-float.Epsilon), Gen.Const(float.MaxValue),
        Gen.Const(float.MinValue), Gen.Const(1f), Gen.Const(-1f), Gen.Const(1.17549435E-38f), Gen.Const(16777217f));

    private static readonly Gen<double> AnyDouble = Gen.OneOf(
        Gen.ULong.Select(BitConverter.UInt64BitsToDouble).Where(double.IsFinite),
        Gen.Const(0d), Gen.Const(-0d), Gen.Const(double.Epsilon), Gen.Const(-double.Epsilon), Gen.Const(double.MaxValue),
        Gen.Const(double.MinValue), Gen.Const(1d), Gen.Const(-1d), Gen.Const(2.2250738585072014E-308));

    [Fact]
    public void SumOfFloats_IsExact() => AnyFloat.Array[0, 50].Sample(
        values =>
        {
            var limbs = new long[ExactFormat.Values.Limbs];
            foreach (var value in values)
            {
                ExactSum.Add(limbs, value);
            }

            ExactSum.Normalise(limbs);
            Assert.Equal(values.Aggregate(BigInteger.Zero, (sum, value) => sum + Units(value, 149)), ExactSum.ToInteger(limbs));
        });

    [Fact]
    public void SumOfSquares_IsExact() => AnyFloat.Array[0, 50].Sample(
        values =>
        {
            var limbs = new long[ExactFormat.Squares.Limbs];
            foreach (var value in values)
            {
                ExactSum.AddSquare(limbs, value);
            }

            ExactSum.Normalise(limbs);
            var expected = values.Aggregate(BigInteger.Zero, (sum, value) => sum + (Units(value, 149) * Units(value, 149)));
            Assert.Equal(expected, ExactSum.ToInteger(limbs));
        });

    /// <summary>Magnitudes that lie close to each other are added together, others one by one: any mixture of both.</summary>
    [Fact]
    public void SumsOfManyFloats_AreExact() =>
        Gen.Select(AnyFloat.Array[0, 8], Gen.Int[-149, 127], Gen.Float[-2, 2].Array[0, 56], Gen.Int).Sample(
        (any, exponent, near, seed) =>
        {
            float[] values = [.. any, .. near.Select(value => MathF.ScaleB(value, exponent)).Where(float.IsFinite)];
            new Random(seed).Shuffle(values);
            var (sum, squares) = (new long[ExactFormat.Values.Limbs], new long[ExactFormat.Squares.Limbs]);

            ExactSum.Add(sum, squares, values, values.Select(MathF.Abs).DefaultIfEmpty().Max());

            ExactSum.Normalise(sum);
            ExactSum.Normalise(squares);
            Assert.Equal(values.Aggregate(BigInteger.Zero, (total, value) => total + Units(value, 149)), ExactSum.ToInteger(sum));
            var expected = values.Aggregate(BigInteger.Zero, (total, value) => total + (Units(value, 149) * Units(value, 149)));
            Assert.Equal(expected, ExactSum.ToInteger(squares));
        });

    [Fact]
    public void SumOfDoubles_IsExact() => AnyDouble.Array[0, 50].Sample(
        values =>
        {
            var limbs = new long[ExactFormat.Doubles.Limbs];
            foreach (var value in values)
            {
                ExactSum.Add(limbs, value);
            }

            ExactSum.Normalise(limbs);
            Assert.Equal(values.Aggregate(BigInteger.Zero, (sum, value) => sum + Units(value, 1074)), ExactSum.ToInteger(limbs));
        });

    [Fact]
    public void NormalisedLimbs_AreCanonicalWhateverTheOrderAndGrouping() =>
        Gen.Select(AnyFloat.Array[1, 40], Gen.Int[0, 40], Gen.Int).Sample((values, split, seed) =>
        {
            var whole = Sum(values);
            var shuffled = values.ToArray();
            new Random(seed).Shuffle(shuffled);
            var merged = Sum(shuffled[..Math.Min(split, shuffled.Length)]);
            ExactSum.Add(merged, Sum(shuffled[Math.Min(split, shuffled.Length)..]));
            ExactSum.Normalise(merged);

            Assert.Equal(whole, merged);
            Assert.All(whole, limb => Assert.InRange(Math.Abs(limb), 0, uint.MaxValue));
            Assert.True(whole.All(limb => limb >= 0) || whole.All(limb => limb <= 0));
        });

    [Fact]
    public void Round_OfOneDoubleIsThatDouble() => AnyDouble.Sample(value =>
    {
        var limbs = new long[ExactFormat.Doubles.Limbs];
        ExactSum.Add(limbs, value);
        ExactSum.Normalise(limbs);
        Assert.Equal(value, ExactSum.Round(limbs, ExactFormat.Doubles));
    });

    [Fact]
    public void Round_OfTwoDoublesIsTheirSum() => Gen.Select(AnyDouble, AnyDouble).Sample((a, b) =>
    {
        var limbs = new long[ExactFormat.Doubles.Limbs];
        ExactSum.Add(limbs, a);
        ExactSum.Add(limbs, b);
        ExactSum.Normalise(limbs);

        // IEEE addition of two is rounded once, ties to even: the same.
        Assert.Equal(a + b, ExactSum.Round(limbs, ExactFormat.Doubles));
    });

    [Fact]
    public void Round_OfATieIsEven() => Gen.Select(Gen.Long[1L << 52, (1L << 53) - 1], Gen.Int[0, 1900]).Sample((mantissa, exponent) =>
    {
        // Two numbers whose sum lies half-way between neighbours.
        var (a, b) = (Math.ScaleB(mantissa | 1, exponent - 1000), Math.ScaleB(1L << 52, exponent - 1000));
        var limbs = new long[ExactFormat.Doubles.Limbs];
        ExactSum.Add(limbs, a);
        ExactSum.Add(limbs, b);
        ExactSum.Normalise(limbs);

        Assert.Equal(a + b, ExactSum.Round(limbs, ExactFormat.Doubles));
    });

    [Fact]
    public void Divide_IsRoundedOnce() =>
        Gen.Select(Gen.Long[-(1L << 53), 1L << 53], Gen.Long[1, 1L << 53], Gen.Int[-500, 500]).Sample((numerator, denominator, exponent) =>
            Assert.Equal(
                Math.ScaleB((double)numerator / denominator, exponent),
                ExactSum.Divide(numerator, denominator, exponent)));

    [Fact]
    public void Cancellation_LeavesTheSmallNumber()
    {
        float[] values = [float.MaxValue, float.Epsilon, -float.MaxValue, 1e-30f, -1e-30f];

        Assert.Equal(float.Epsilon, ExactSum.Round(Sum(values), ExactFormat.Values));
    }

    [Fact]
    public void MaxPendingAdditions_StayInsideTheHeadroom()
    {
        // The most an addition does to a limb, as often as it may happen before the limbs are normalised.
        // Many at once, a vector of them at least, change a limb by up to one number more: the low and high bits of their squares meet
        // there.
        var worst = (BigInteger)ExactSum.MaxPending * (Vector512<float>.Count + 1) / Vector512<float>.Count * (1L << 32);

        Assert.True(worst + uint.MaxValue < long.MaxValue);
    }

    private static long[] Sum(float[] values)
    {
        var limbs = new long[ExactFormat.Values.Limbs];
        foreach (var value in values)
        {
            ExactSum.Add(limbs, value);
        }

        ExactSum.Normalise(limbs);
        return limbs;
    }

    /// <summary>A finite number as a whole number of units 2^-scale, by its definition.</summary>
    private static BigInteger Units(double value, int scale)
    {
        var (mantissa, exponent) = (value, 0);
        while (mantissa != Math.Truncate(mantissa))
        {
            (mantissa, exponent) = (mantissa * 2, exponent - 1);
        }

        return new BigInteger(mantissa) << (scale + exponent);
    }
}

using System.Numerics;
using AeServerless.Engine.Numerics;
using CsCheck;

namespace AeServerless.Engine.Tests.Numerics;

public sealed class WindowedSumTests
{
    // From denormal to huge, and of one magnitude, which is the fast way.
    private static readonly Gen<float> Value = Gen.OneOf(
        Gen.Float[-1, 1], Gen.Int[-149, 127].Select(Gen.Float[-1, 1], (exponent, part) => part * MathF.ScaleB(1, exponent)),
        Gen.Const(float.MaxValue), Gen.Const(float.Epsilon), Gen.Const(-float.Epsilon));

    [Fact]
    public void Powers_AreSummedWithoutRounding() => Value.Array[1, ExactSum.MaxValues].Sample(values =>
    {
        var (negatives, cubes, fourths) = (new WindowedSum(), new WindowedSum(), new WindowedSum());

        ExactPowers.Add(values, values.Max(MathF.Abs), ref negatives, ref cubes, ref fourths);

        Assert.Equal(Sum(values.Where(value => value < 0).Select(value => -Whole(value))), negatives.ToInteger());
        Assert.Equal(Sum(values.Select(value => BigInteger.Pow(Whole(value), 3))), cubes.ToInteger());
        Assert.Equal(Sum(values.Select(value => BigInteger.Pow(Whole(value), 4))), fourths.ToInteger());
    });

    [Fact]
    public void Doubles_AreSummedWithoutRounding() => Gen.OneOf(
        Gen.Double[0, 1], Gen.Int[-1000, 1000].Select(exponent => Math.ScaleB(1.1, exponent))).Array[1, ExactSum.MaxValues].Sample(values =>
    {
        var sum = new WindowedSum();

        ExactPowers.Add(values, ref sum);

        Assert.Equal(Sum(values.Select(Whole)), sum.ToInteger());
    });

    [Fact]
    public void OrderAndGrouping_ChangeNoLimb() => Gen.Select(Value.Array[2, 30], Gen.Int[0, 30]).Sample((values, cut) =>
    {
        var (left, right) = (Cubes(values.Take(cut)), Cubes(values.Skip(cut).Reverse()));
        right.Normalise();
        left.Add(right);
        left.Normalise();
        var whole = Cubes(values);
        whole.Normalise();

        Assert.Equal(whole.Limbs(out var first).ToArray(), left.Limbs(out var other).ToArray());
        Assert.Equal(first, other);
    });

    private static WindowedSum Cubes(IEnumerable<float> values)
    {
        var (negatives, cubes, fourths) = (new WindowedSum(), new WindowedSum(), new WindowedSum());
        foreach (var value in values)
        {
            ExactPowers.Add([value], MathF.Abs(value), ref negatives, ref cubes, ref fourths);
        }

        return cubes;
    }

    private static BigInteger Whole(float value) => new BigInteger(Math.ScaleB((double)value, -ExactPowers.ValueUnit));

    private static BigInteger Whole(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var (exponent, fraction) = ((int)(bits >> 52), bits & ((1L << 52) - 1));
        return exponent == 0 ? fraction : new BigInteger(fraction | (1L << 52)) << (exponent - 1);
    }

    private static BigInteger Sum(IEnumerable<BigInteger> numbers) => numbers.Aggregate(BigInteger.Zero, (sum, number) => sum + number);
}

using TorchSharp;
using static TorchSharp.torch;

namespace AeServerless.Engine.Numerics;

/// <summary>
/// Operators with numbers that live as long as the call. TorchSharp hands each number to libtorch as an object that nothing refers to once
/// its handle is read, also the 1 that is after <c>left + right</c> and the 2 after <c>square()</c>: the garbage collector may free it
/// under the call, which then fails, or reads another number.
/// </summary>
internal static class TensorArithmetic
{
    private static readonly Scalar One = 1;
    private static readonly Scalar MinusOne = -1;
    private static readonly Scalar Two = 2;
    private static readonly Scalar Three = 3;

    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);

    public static Tensor Plus(this Tensor left, double right)
    {
        using Scalar number = right;
        return left.add(number, One);
    }

    public static Tensor Minus(this Tensor left, Tensor right) => left.add(right, MinusOne);

    public static Tensor Times(this Tensor left, double right)
    {
        using Scalar number = right;
        return left.mul(number);
    }

    public static Tensor DividedBy(this Tensor left, double right)
    {
        using Scalar number = right;
        return left.div(number);
    }

    public static Tensor Squared(this Tensor values) => values.pow(Two);

    public static Tensor Cubed(this Tensor values) => values.pow(Three);

    /// <summary><c>rows · matrix</c>, computed in the type of the matrix, in the type of the rows.</summary>
    public static Tensor Product(this Tensor rows, Tensor matrix) => rows.dtype == matrix.dtype
        ? rows.matmul(matrix)
        : rows.to_type(matrix.dtype).matmul(matrix).to_type(rows.dtype);

    /// <summary><c>values + left · right</c>.</summary>
    public static Tensor PlusProduct(this Tensor values, Tensor left, Tensor right) => values.addcmul(left, right, One);

    /// <summary><c>values − left · right</c>.</summary>
    public static Tensor MinusProduct(this Tensor values, Tensor left, Tensor right) => values.addcmul(left, right, MinusOne);

    /// <summary><c>cap · tanh(values / cap)</c>.</summary>
    public static Tensor Capped(this Tensor values, double cap) => values.Times(1 / cap).tanh().Times(cap);

    public static Tensor Clamped(this Tensor values, double bound)
    {
        using Scalar most = bound;
        using Scalar least = -bound;
        return values.clamp(least, most);
    }

    /// <summary><paramref name="values"/> with <paramref name="number"/> wherever <paramref name="mask"/> is true.</summary>
    public static Tensor Masked(this Tensor values, Tensor mask, double number)
    {
        using Scalar filling = number;
        return values.masked_fill(mask, filling);
    }
}

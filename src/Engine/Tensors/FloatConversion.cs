using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Tensors;

/// <summary>Between the float dtypes of files and <see cref="float"/>, vectorised. To a narrower dtype: round half to even.</summary>
internal static class FloatConversion
{
    public static void ToSingle(ReadOnlySpan<byte> source, TensorDtype dtype, Span<float> destination)
    {
        switch (dtype)
        {
            case TensorDtype.F32: source.CopyTo(MemoryMarshal.AsBytes(destination)); break;
            case TensorDtype.F16: TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination); break;
            case TensorDtype.BF16:
                WidenBFloat16(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<float, uint>(destination));
                break;
            case TensorDtype.F64: TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(source), destination); break;
            default: throw new ArgumentOutOfRangeException(nameof(dtype), dtype, null);
        }
    }

    public static void FromSingle(ReadOnlySpan<float> source, TensorDtype dtype, Span<byte> destination)
    {
        switch (dtype)
        {
            case TensorDtype.F32: MemoryMarshal.AsBytes(source).CopyTo(destination); break;
            case TensorDtype.F16: TensorPrimitives.ConvertToHalf(source, MemoryMarshal.Cast<byte, Half>(destination)); break;
            case TensorDtype.BF16:
                NarrowBFloat16(MemoryMarshal.Cast<float, uint>(source), MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            default: throw new ArgumentOutOfRangeException(nameof(dtype), dtype, null);
        }
    }

    private static void WidenBFloat16(ReadOnlySpan<ushort> source, Span<uint> destination)
    {
        var i = 0;
        for (; i <= source.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(source[i..]));
            Vector256.ShiftLeft(low, 16).CopyTo(destination[i..]);
            Vector256.ShiftLeft(high, 16).CopyTo(destination[(i + Vector256<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = (uint)source[i] << 16;
        }
    }

    private static void NarrowBFloat16(ReadOnlySpan<uint> source, Span<ushort> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            var bits = source[i];
            // Rounding could carry a NaN's payload into its exponent: keep it quiet instead.
            destination[i] = (ushort)(
                (bits & 0x7FFF_FFFF) > 0x7F80_0000 ? (bits >> 16) | 0x0040 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }
}

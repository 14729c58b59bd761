using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using AeServerless.Engine.Tensors;

namespace AeServerless.Formats.Tensors;

/// <summary>The float dtypes of files as <see cref="float"/>: the narrower ones exactly, F64 rounded.</summary>
internal static class FloatWidening
{
    public static void ToSingle(StoredTensor tensor, ReadOnlySpan<byte> stored, Span<float> destination)
    {
        switch (tensor.Dtype)
        {
            case TensorDtype.F32:
                stored.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case TensorDtype.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(stored), destination);
                break;
            case TensorDtype.F64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(stored), destination);
                break;
            case TensorDtype.BF16:
                var narrow = MemoryMarshal.Cast<byte, ushort>(stored);
                var wide = MemoryMarshal.Cast<float, uint>(destination);
                for (var i = 0; i < narrow.Length; i++)
                {
                    wide[i] = (uint)narrow[i] << 16;
                }

                break;
            default:
                throw tensor.Fault($"is {tensor.Dtype.Name()}; F32, F16, BF16 or F64 is needed");
        }
    }
}

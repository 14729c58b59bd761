using System.Diagnostics;
using System.Runtime.InteropServices;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>
/// Whole numbers as they are in a file: in the narrowest type that holds all of them, see <see cref="TensorSet.AddWholeNumbers"/>.
/// </summary>
internal readonly ref struct WholeNumbers(ReadOnlySpan<byte> bytes, TensorDtype dtype)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Length => _bytes.Length / dtype.Size();

    public long this[int index] => dtype switch
    {
        TensorDtype.U8 => _bytes[index],
        TensorDtype.U16 => MemoryMarshal.Cast<byte, ushort>(_bytes)[index],
        TensorDtype.I32 => MemoryMarshal.Cast<byte, int>(_bytes)[index],
        TensorDtype.I64 => MemoryMarshal.Cast<byte, long>(_bytes)[index],
        _ => throw new UnreachableException(),
    };

    public static bool Takes(TensorDtype dtype) => dtype is TensorDtype.U8 or TensorDtype.U16 or TensorDtype.I32 or TensorDtype.I64;

    public long Sum()
    {
        var sum = 0L;
        for (var i = 0; i < Length; i++)
        {
            sum += this[i];
        }

        return sum;
    }
}

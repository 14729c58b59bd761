using System.Runtime.InteropServices;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>A tensor of a loaded file; good until the file is disposed.</summary>
/// <param name="bytes">Its bytes.</param>
/// <param name="dtype">Its type.</param>
internal readonly struct LoadedColumn(ReadOnlyMemory<byte> bytes, TensorDtype dtype)
{
    /// <summary>How many numbers it has.</summary>
    public int Length => bytes.Length / dtype.Size();

    /// <summary>Its whole numbers.</summary>
    public WholeNumbers WholeNumbers => new(bytes.Span, dtype);

    /// <summary>Its numbers, which are of type <typeparamref name="T"/>.</summary>
    public ReadOnlySpan<T> Numbers<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes.Span);
}

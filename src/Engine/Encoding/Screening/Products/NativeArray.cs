using System.Runtime.InteropServices;

namespace AeServerless.Engine.Encoding.Screening.Products;

/// <summary>Zeroed memory outside the garbage collector's, at a cache line's boundary: more than one array can hold, and it does not move.</summary>
internal sealed unsafe class NativeArray : IDisposable
{
    private const nuint CacheLine = 64;

    /// <summary>Takes memory.</summary>
    /// <param name="count">Number of int32.</param>
    public NativeArray(nint count)
    {
        var bytes = (nuint)count * sizeof(int);
        First = (int*)NativeMemory.AlignedAlloc(Math.Max(bytes, CacheLine), CacheLine);
        NativeMemory.Clear(First, bytes);
    }

    public int* First { get; private set; }

    public void Dispose()
    {
        NativeMemory.AlignedFree(First);
        First = null;
    }
}

using System.Runtime.InteropServices;

namespace AeServerless.Engine.Encoding.Screening.Products;

/// <summary>Zeroed memory at a cache line's boundary, not the garbage collector's: more than one array can hold, and it stays.</summary>
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

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AeServerless.Engine.Numerics;

/// <summary>Cache lines: the unit in which memory is read and written.</summary>
internal static unsafe class CacheLine
{
    /// <summary>float32 elements of a line.</summary>
    public const int Floats = 16;

    /// <summary>
    /// The first cache line that starts at or after an address: a vector across two lines takes two reads and two writes.
    /// </summary>
    public static float* Align(float* address)
    {
        const nint Bytes = Floats * sizeof(float);
        return (float*)(((nint)address + Bytes - 1) / Bytes * Bytes);
    }

    /// <summary>Asks for the line of an address, which may be any, before it is needed, where the processor can.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AeServerless.Engine.Encoding;

/// <summary>Asks for memory before it is needed, where the processor can.</summary>
internal static unsafe class Prefetch
{
    /// <summary>The cache line of an address, which may be any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AeServerless.Engine.Encoding.Integers;

/// <summary>Four int8 by <c>vpdpbusd</c>, whose first factor is unsigned.</summary>
internal readonly struct AvxVnniInt8 : IWordProduct<Vector256<int>>
{
    public static string Name => "int8, AVX-VNNI";

    public static bool IsSupported => AvxVnni.IsSupported;

    public static int ElementBytes => 1;

    public static int LargestToken => sbyte.MaxValue;

    public static int TokenOffset => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<int> token, Vector256<int> weights) =>
        AvxVnni.MultiplyWideningAndAdd(sum, token.AsByte(), weights.AsSByte());
}

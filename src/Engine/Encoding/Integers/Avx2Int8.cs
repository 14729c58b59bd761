using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AeServerless.Engine.Encoding.Integers;

/// <summary>
/// Pairs of int8 by <c>vpmaddubsw</c>, pairs of those by <c>vpmaddwd</c>. The first sums a pair in int16 and saturates: a token's elements
/// have 7 bits, from 1 to 127 with the offset, so that a pair has at most 2 · 127².
/// </summary>
internal readonly struct Avx2Int8 : IWordProduct<Vector256<int>>
{
    public static string Name => "int8 (7 bits by 8), AVX2";

    public static bool IsSupported => Avx2.IsSupported;

    public static int ElementBytes => 1;

    public static int LargestToken => 63;

    public static int TokenOffset => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<int> token, Vector256<int> weights) =>
        sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(token.AsByte(), weights.AsSByte()), Vector256.Create((short)1));
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AeServerless.Engine.Encoding.Integers;

/// <summary>Pairs of int16 by <c>vpmaddwd</c>. No pair of products exceeds 2 · 32,767², which int32 holds.</summary>
internal readonly struct Avx2Int16 : IWordProduct<Vector256<int>>
{
    public static string Name => "int16, AVX2";

    public static bool IsSupported => Avx2.IsSupported;

    public static int ElementBytes => 2;

    public static int LargestToken => short.MaxValue;

    public static int TokenOffset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<int> token, Vector256<int> weights) =>
        sum + Avx2.MultiplyAddAdjacent(token.AsInt16(), weights.AsInt16());
}

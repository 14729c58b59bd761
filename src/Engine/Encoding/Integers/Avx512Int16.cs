using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AeServerless.Engine.Encoding.Integers;

/// <summary>Pairs of int16 by <c>vpmaddwd</c> of 512 bits, see <see cref="Avx2Int16"/>.</summary>
internal readonly struct Avx512Int16 : IWordProduct<Vector512<int>>
{
    public static string Name => "int16, AVX-512";

    public static bool IsSupported => Avx512BW.IsSupported;

    public static int ElementBytes => 2;

    public static int LargestToken => short.MaxValue;

    public static int TokenOffset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sum, Vector512<int> token, Vector512<int> weights) =>
        sum + Avx512BW.MultiplyAddAdjacent(token.AsInt16(), weights.AsInt16());
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Encoding.Integers;

/// <summary>Two int16 a word on any processor.</summary>
internal readonly struct PortableInt16 : IWordProduct<Vector128<int>>
{
    public static string Name => "int16, portable";

    public static bool IsSupported => true;

    public static int ElementBytes => 2;

    public static int LargestToken => short.MaxValue;

    public static int TokenOffset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sum, Vector128<int> token, Vector128<int> weights) =>
        sum + (((token << 16) >> 16) * ((weights << 16) >> 16)) + ((token >> 16) * (weights >> 16));
}

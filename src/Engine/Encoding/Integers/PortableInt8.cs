using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Encoding.Integers;

/// <summary>Four int8 a word, in the same loop as <see cref="ArmInt8"/>: its twin for processors without its instruction.</summary>
internal readonly struct PortableInt8 : IWordProduct<Vector128<int>>
{
    public static string Name => "int8, portable";

    public static bool IsSupported => true;

    public static int ElementBytes => 1;

    public static int LargestToken => sbyte.MaxValue;

    public static int TokenOffset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sum, Vector128<int> token, Vector128<int> weights) =>
        sum + (((token << 24) >> 24) * ((weights << 24) >> 24)) + (((token << 16) >> 24) * ((weights << 16) >> 24))
            + (((token << 8) >> 24) * ((weights << 8) >> 24)) + ((token >> 24) * (weights >> 24));
}

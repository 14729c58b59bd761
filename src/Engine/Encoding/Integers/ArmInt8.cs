using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace AeServerless.Engine.Encoding.Integers;

/// <summary>Four int8 by Arm64's <c>sdot</c>.</summary>
internal readonly struct ArmInt8 : IWordProduct<Vector128<int>>
{
    public static string Name => "int8, Arm64 dot product";

    public static bool IsSupported => Dp.IsSupported;

    public static int ElementBytes => 1;

    public static int LargestToken => sbyte.MaxValue;

    public static int TokenOffset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sum, Vector128<int> token, Vector128<int> weights) =>
        Dp.DotProduct(sum, token.AsSByte(), weights.AsSByte());
}

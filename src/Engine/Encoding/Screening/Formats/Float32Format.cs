using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding.Screening.Formats;

internal readonly struct Float32Format : IScreenFormat<float, float>
{
    public static ScalarType Input => ScalarType.Float32;

    public static ScalarType Output => ScalarType.Float32;

    public static bool Rotates => false;

    public static bool SetsColumnsApart => false;

    public static float OutputRounding => 0;

    public static double Roundings(int length) => length + 2;

    public static double Coarseness(int length, int largest) => 0;

    public static float Round(ReadOnlySpan<float> row, Span<float> into, int largest)
    {
        row.CopyTo(into);
        return 1;
    }

    public static void Widen(ReadOnlySpan<float> elements, Span<float> values) => elements.CopyTo(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref float outputs, int index) => Vector512.LoadUnsafe(ref outputs, (nuint)index);
}

using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Encoding.Screening.Formats;

/// <summary>
/// Walsh–Hadamard transform of a row's blocks: orthogonal but for a known factor, so dot products stay what they are, while a few large
/// elements are spread over all of their block. Rounded to 8 bits, a rotated row loses as little as Gaussian noise would, whatever it was.
/// </summary>
internal readonly struct Rotation
{
    private const int Lanes = 16;
    private const int LargestBlock = 1024;

    private static readonly Vector512<float>[] Signs = [.. Enumerable.Range(0, 4).Select(SignsOf)];

    /// <summary>
    /// Rotation of rows of <paramref name="width"/> elements: in blocks of the largest power of two that divides it, or none.
    /// </summary>
    public Rotation(int width)
    {
        var block = Math.Min(LargestBlock, width & -width);
        Block = block < Lanes ? 1 : block;
    }

    /// <summary>Elements of a block; 1 means no rotation. Dot products of rotated rows are this many times those of the rows.</summary>
    public int Block { get; }

    /// <summary>Additions that each element goes through.</summary>
    public int Stages => BitOperations.Log2((uint)Block);

    /// <summary>Rotates a row in place.</summary>
    public void Apply(Span<float> row)
    {
        if (Block == 1)
        {
            return;
        }

        ref var first = ref MemoryMarshal.GetReference(row);
        for (var i = 0; i < row.Length; i += Lanes)
        {
            var v = Vector512.LoadUnsafe(ref first, (nuint)i);
            v = Vector512.Shuffle(v, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)) + (v * Signs[0]);
            v = Vector512.Shuffle(v, Vector512.Create(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)) + (v * Signs[1]);
            v = Vector512.Shuffle(v, Vector512.Create(4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)) + (v * Signs[2]);
            v = Vector512.Shuffle(v, Vector512.Create(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)) + (v * Signs[3]);
            v.StoreUnsafe(ref first, (nuint)i);
        }

        for (var half = Lanes; half < Block; half *= 2)
        {
            for (var pair = 0; pair < row.Length; pair += 2 * half)
            {
                for (var i = pair; i < pair + half; i += Lanes)
                {
                    var a = Vector512.LoadUnsafe(ref first, (nuint)i);
                    var b = Vector512.LoadUnsafe(ref first, (nuint)(i + half));
                    (a + b).StoreUnsafe(ref first, (nuint)i);
                    (a - b).StoreUnsafe(ref first, (nuint)(i + half));
                }
            }
        }
    }

    private static Vector512<float> SignsOf(int stage)
    {
        Span<float> signs = stackalloc float[Lanes];
        for (var i = 0; i < Lanes; i++)
        {
            signs[i] = ((i >> stage) & 1) == 0 ? 1 : -1;
        }

        return Vector512.Create<float>(signs);
    }
}

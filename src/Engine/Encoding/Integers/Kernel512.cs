using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Encoding.Integers;

/// <summary>Four tokens by two panels in eight registers of 512 bits: fewer reads of memory than products.</summary>
internal sealed unsafe class Kernel512<TProduct> : IIntegerKernel
    where TProduct : struct, IWordProduct<Vector512<int>>
{
    private const int Lanes = 16;

    public string Name => TProduct.Name;

    public bool IsSupported => TProduct.IsSupported;

    public int ElementBytes => TProduct.ElementBytes;

    public int LargestToken => TProduct.LargestToken;

    public int TokenOffset => TProduct.TokenOffset;

    public void Multiply(int* tokens, int tokenCount, int* panels, int panelCount, int words, int* starts, int* sums)
    {
        var stride = panelCount * IIntegerKernel.PanelLatents;
        for (var panel = 0; panel < panelCount; panel += 2)
        {
            var at = panel * IIntegerKernel.PanelLatents;
            for (var token = 0; token < tokenCount; token += IIntegerKernel.TokensTogether)
            {
                MultiplyTile(
                    tokens + ((nint)token * words), panels + ((nint)at * words), words, starts + at, sums + ((nint)token * stride) + at,
                    stride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long RunRegistersAlone(int rounds)
    {
        Vector512<int> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        var (token0, token1, token2, token3) =
            (Vector512.Create(rounds), Vector512.Create(rounds + 1), Vector512.Create(rounds + 2), Vector512.Create(rounds + 3));
        var (weights0, weights1) = (Vector512.Create(rounds + 4), Vector512.Create(rounds + 5));
        for (var i = 0; i < rounds; i++)
        {
            a0 = TProduct.Add(a0, token0, weights0);
            a1 = TProduct.Add(a1, token0, weights1);
            b0 = TProduct.Add(b0, token1, weights0);
            b1 = TProduct.Add(b1, token1, weights1);
            c0 = TProduct.Add(c0, token2, weights0);
            c1 = TProduct.Add(c1, token2, weights1);
            d0 = TProduct.Add(d0, token3, weights0);
            d1 = TProduct.Add(d1, token3, weights1);

            // No product is that of the round before, which a compiler would take out of the loop.
            (weights0, weights1) = (weights1 ^ token0, weights0);
        }

        var all = (a0 ^ a1) ^ (b0 ^ b1) ^ (c0 ^ c1) ^ (d0 ^ d1);
        return (8L * rounds * Lanes * (sizeof(int) / TProduct.ElementBytes)) + (all == Vector512.Create(1) ? 1 : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTile(int* tokens, int* weights, int words, int* starts, int* sums, int stride)
    {
        var second = tokens + words;
        var third = second + words;
        var fourth = third + words;
        var other = weights + ((nint)words * IIntegerKernel.PanelLatents);
        Vector512<int> a0 = Vector512.Load(starts), a1 = Vector512.Load(starts + Lanes);
        Vector512<int> b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1;
        for (nint word = 0; word < words; word++)
        {
            var (w0, w1) = (Vector512.Load(weights), Vector512.Load(other));
            var token = Vector512.Create(tokens[word]);
            a0 = TProduct.Add(a0, token, w0);
            a1 = TProduct.Add(a1, token, w1);
            token = Vector512.Create(second[word]);
            b0 = TProduct.Add(b0, token, w0);
            b1 = TProduct.Add(b1, token, w1);
            token = Vector512.Create(third[word]);
            c0 = TProduct.Add(c0, token, w0);
            c1 = TProduct.Add(c1, token, w1);
            token = Vector512.Create(fourth[word]);
            d0 = TProduct.Add(d0, token, w0);
            d1 = TProduct.Add(d1, token, w1);
            weights += Lanes;
            other += Lanes;
        }

        a0.Store(sums);
        a1.Store(sums + Lanes);
        b0.Store(sums + stride);
        b1.Store(sums + stride + Lanes);
        c0.Store(sums + (2 * (nint)stride));
        c1.Store(sums + (2 * (nint)stride) + Lanes);
        d0.Store(sums + (3 * (nint)stride));
        d1.Store(sums + (3 * (nint)stride) + Lanes);
    }
}

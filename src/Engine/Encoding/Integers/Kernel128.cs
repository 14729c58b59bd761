using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Encoding.Integers;

/// <summary>Four tokens by one panel in sixteen registers of 128 bits, of which Arm64 has twice as many.</summary>
internal sealed unsafe class Kernel128<TProduct> : IIntegerKernel
    where TProduct : struct, IWordProduct<Vector128<int>>
{
    private const int Lanes = 4;

    public string Name => TProduct.Name;

    public bool IsSupported => TProduct.IsSupported;

    public int ElementBytes => TProduct.ElementBytes;

    public int LargestToken => TProduct.LargestToken;

    public int TokenOffset => TProduct.TokenOffset;

    public void Multiply(int* tokens, int tokenCount, int* panels, int panelCount, int words, int* starts, int* sums)
    {
        var stride = panelCount * IIntegerKernel.PanelLatents;
        for (var panel = 0; panel < panelCount; panel++)
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
        Vector128<int> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        var (token0, token1, token2, token3) =
            (Vector128.Create(rounds), Vector128.Create(rounds + 1), Vector128.Create(rounds + 2), Vector128.Create(rounds + 3));
        var (weights0, weights1) = (Vector128.Create(rounds + 4), Vector128.Create(rounds + 5));
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
        return (8L * rounds * Lanes * (sizeof(int) / TProduct.ElementBytes)) + (all == Vector128.Create(1) ? 1 : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTile(int* tokens, int* weights, int words, int* starts, int* sums, int stride)
    {
        var second = tokens + words;
        var third = second + words;
        var fourth = third + words;
        Vector128<int> a0 = Vector128.Load(starts), a1 = Vector128.Load(starts + Lanes);
        Vector128<int> a2 = Vector128.Load(starts + (2 * Lanes)), a3 = Vector128.Load(starts + (3 * Lanes));
        Vector128<int> b0 = a0, b1 = a1, b2 = a2, b3 = a3, c0 = a0, c1 = a1, c2 = a2, c3 = a3, d0 = a0, d1 = a1, d2 = a2, d3 = a3;
        for (nint word = 0; word < words; word++)
        {
            var (w0, w1) = (Vector128.Load(weights), Vector128.Load(weights + Lanes));
            var (w2, w3) = (Vector128.Load(weights + (2 * Lanes)), Vector128.Load(weights + (3 * Lanes)));
            var token = Vector128.Create(tokens[word]);
            a0 = TProduct.Add(a0, token, w0);
            a1 = TProduct.Add(a1, token, w1);
            a2 = TProduct.Add(a2, token, w2);
            a3 = TProduct.Add(a3, token, w3);
            token = Vector128.Create(second[word]);
            b0 = TProduct.Add(b0, token, w0);
            b1 = TProduct.Add(b1, token, w1);
            b2 = TProduct.Add(b2, token, w2);
            b3 = TProduct.Add(b3, token, w3);
            token = Vector128.Create(third[word]);
            c0 = TProduct.Add(c0, token, w0);
            c1 = TProduct.Add(c1, token, w1);
            c2 = TProduct.Add(c2, token, w2);
            c3 = TProduct.Add(c3, token, w3);
            token = Vector128.Create(fourth[word]);
            d0 = TProduct.Add(d0, token, w0);
            d1 = TProduct.Add(d1, token, w1);
            d2 = TProduct.Add(d2, token, w2);
            d3 = TProduct.Add(d3, token, w3);
            weights += IIntegerKernel.PanelLatents;
        }

        Store(sums, a0, a1, a2, a3);
        Store(sums + stride, b0, b1, b2, b3);
        Store(sums + (2 * (nint)stride), c0, c1, c2, c3);
        Store(sums + (3 * (nint)stride), d0, d1, d2, d3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int* sums, Vector128<int> first, Vector128<int> second, Vector128<int> third, Vector128<int> fourth)
    {
        first.Store(sums);
        second.Store(sums + Lanes);
        third.Store(sums + (2 * Lanes));
        fourth.Store(sums + (3 * Lanes));
    }
}

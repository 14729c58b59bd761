using System.Runtime.CompilerServices;

namespace AeServerless.Engine.Encoding.Integers;

/// <summary>
/// Four tokens by two registers of latents, whose sums stay in eight registers: with weights and products that is all that AVX2 has.
/// Registers of 128 bits go over a panel in two steps, those of 512 bits over two panels in one.
/// </summary>
/// <typeparam name="TProduct">The instructions.</typeparam>
/// <typeparam name="TWords">What else is done with registers.</typeparam>
/// <typeparam name="TVector">A register.</typeparam>
internal sealed unsafe class PanelKernel<TProduct, TWords, TVector> : IIntegerKernel
    where TProduct : struct, IWordProduct<TVector>
    where TWords : struct, IWords<TVector>
    where TVector : struct
{
    public string Name => TProduct.Name;

    public bool IsSupported => TProduct.IsSupported;

    public int ElementBytes => TProduct.ElementBytes;

    public int LargestToken => TProduct.LargestToken;

    public int TokenOffset => TProduct.TokenOffset;

    public void Multiply(int* tokens, int tokenCount, int* panels, int panelCount, int words, int* starts, int* sums)
    {
        var latents = panelCount * IIntegerKernel.PanelLatents;
        for (var latent = 0; latent < latents; latent += 2 * TWords.Lanes)
        {
            var within = latent % IIntegerKernel.PanelLatents;
            var weights = panels + ((nint)(latent - within) * words) + within;
            for (var token = 0; token < tokenCount; token += IIntegerKernel.TokensTogether)
            {
                var to = sums + ((nint)token * latents) + latent;
                MultiplyTile(tokens + ((nint)token * words), weights, words, starts + latent, to, latents);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long RunRegistersAlone(int rounds)
    {
        TVector a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        var (token0, token1) = (TWords.Create(rounds), TWords.Create(rounds + 1));
        var (token2, token3) = (TWords.Create(rounds + 2), TWords.Create(rounds + 3));
        var (weights0, weights1) = (TWords.Create(rounds + 4), TWords.Create(rounds + 5));
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
            (weights0, weights1) = (TWords.Xor(weights1, token0), weights0);
        }

        var all = TWords.Xor(
            TWords.Xor(TWords.Xor(a0, a1), TWords.Xor(b0, b1)), TWords.Xor(TWords.Xor(c0, c1), TWords.Xor(d0, d1)));
        var sums = stackalloc int[TWords.Lanes];
        TWords.Store(all, sums);
        return (8L * rounds * TWords.Lanes * (sizeof(int) / TProduct.ElementBytes)) + (sums[0] == 1 ? 1 : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTile(int* tokens, int* weights, int words, int* starts, int* sums, int stride)
    {
        var second = tokens + words;
        var third = second + words;
        var fourth = third + words;

        // The next register of the panel, or, where the first has all of it, of the next panel.
        var other = weights + (TWords.Lanes < IIntegerKernel.PanelLatents ? TWords.Lanes : (nint)words * IIntegerKernel.PanelLatents);
        TVector a0 = TWords.Load(starts), a1 = TWords.Load(starts + TWords.Lanes);
        TVector b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1;
        for (nint word = 0; word < words; word++)
        {
            var (w0, w1) = (TWords.Load(weights), TWords.Load(other));
            var token = TWords.Create(tokens[word]);
            a0 = TProduct.Add(a0, token, w0);
            a1 = TProduct.Add(a1, token, w1);
            token = TWords.Create(second[word]);
            b0 = TProduct.Add(b0, token, w0);
            b1 = TProduct.Add(b1, token, w1);
            token = TWords.Create(third[word]);
            c0 = TProduct.Add(c0, token, w0);
            c1 = TProduct.Add(c1, token, w1);
            token = TWords.Create(fourth[word]);
            d0 = TProduct.Add(d0, token, w0);
            d1 = TProduct.Add(d1, token, w1);
            weights += IIntegerKernel.PanelLatents;
            other += IIntegerKernel.PanelLatents;
        }

        Store(sums, a0, a1);
        Store(sums + stride, b0, b1);
        Store(sums + (2 * (nint)stride), c0, c1);
        Store(sums + (3 * (nint)stride), d0, d1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int* sums, TVector first, TVector second)
    {
        TWords.Store(first, sums);
        TWords.Store(second, sums + TWords.Lanes);
    }
}

namespace AeServerless.Engine.Encoding;

/// <summary>
/// Dot products of a token's row and a latent's, in order of latents: each latent's row comes from memory once, while the tokens' rows are in the
/// L3 cache. The rows of the next four pairs are on their way into the L1 cache while four are multiplied.
/// </summary>
internal static unsafe class ProjectKernel
{
    /// <summary>Computes the pairs from <paramref name="first"/> up to <paramref name="last"/> of the order.</summary>
    /// <param name="order">The non-zeros.</param>
    /// <param name="first">Where to begin.</param>
    /// <param name="last">Behind the last pair.</param>
    /// <param name="directions">[latents, width]</param>
    /// <param name="gradients">[tokens, width]</param>
    /// <param name="width">Width of both.</param>
    /// <param name="into">Receives a value for each pair, in the order of tokens. [count]</param>
    public static void Project(LatentMajor order, int first, int last, float* directions, float* gradients, int width, Span<float> into)
    {
        var pairs = order.Pairs;
        var latents = order.Latents;
        var tokens = order.Tokens;
        var i = first;
        if (width % FixedOrder.Unrolled == 0)
        {
            for (; i + 4 <= last; i += 4)
            {
                var next = Math.Min(i + 4, last - 4);
                (into[pairs[i]], into[pairs[i + 1]], into[pairs[i + 2]], into[pairs[i + 3]]) = FixedOrder.DotFour(
                    FourRows.Of(gradients, width, tokens, i), FourRows.Of(directions, width, latents, i), FourRows.Of(gradients, width, tokens, next),
                    directions + ((nint)latents[next + 3] * width), width);
            }
        }

        for (; i < last; i++)
        {
            into[pairs[i]] = FixedOrder.Dot(
                new ReadOnlySpan<float>(gradients + ((nint)tokens[i] * width), width),
                new ReadOnlySpan<float>(directions + ((nint)latents[i] * width), width));
        }
    }
}

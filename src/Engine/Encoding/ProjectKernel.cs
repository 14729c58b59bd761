using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// Dot products of a token's row and a latent's, in order of latents: each latent's row comes from memory once, and the tokens' rows from the L3 cache as
/// long as they fit. Those of the next four pairs are on their way while four are multiplied.
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
                (into[pairs[i]], into[pairs[i + 1]], into[pairs[i + 2]], into[pairs[i + 3]]) = Dots(
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

    /// <summary>
    /// Four times <see cref="FixedOrder.Dot(ReadOnlySpan{float}, ReadOnlySpan{float})"/>, of four pairs of rows. Meanwhile the rows that come next are asked
    /// for, step by step: all at once they would wait for each other.
    /// </summary>
    private static (float First, float Second, float Third, float Fourth) Dots(
        FourRows left, FourRows right, FourRows next, float* nextRight, int length)
    {
        Debug.Assert(length % FixedOrder.Unrolled == 0);
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default;
        for (nint i = 0; i < length; i += FixedOrder.Unrolled)
        {
            Prefetch.Line(next.First + i);
            Prefetch.Line(next.Second + i);
            Prefetch.Line(next.Third + i);
            Prefetch.Line(next.Fourth + i);
            Prefetch.Line(nextRight + i);
            a0 += Vector512.Load(left.First + i) * Vector512.Load(right.First + i);
            b0 += Vector512.Load(left.Second + i) * Vector512.Load(right.Second + i);
            c0 += Vector512.Load(left.Third + i) * Vector512.Load(right.Third + i);
            d0 += Vector512.Load(left.Fourth + i) * Vector512.Load(right.Fourth + i);
            Prefetch.Line(next.First + i + FixedOrder.Lanes);
            Prefetch.Line(next.Second + i + FixedOrder.Lanes);
            Prefetch.Line(next.Third + i + FixedOrder.Lanes);
            Prefetch.Line(next.Fourth + i + FixedOrder.Lanes);
            Prefetch.Line(nextRight + i + FixedOrder.Lanes);
            a1 += Vector512.Load(left.First + i + FixedOrder.Lanes) * Vector512.Load(right.First + i + FixedOrder.Lanes);
            b1 += Vector512.Load(left.Second + i + FixedOrder.Lanes) * Vector512.Load(right.Second + i + FixedOrder.Lanes);
            c1 += Vector512.Load(left.Third + i + FixedOrder.Lanes) * Vector512.Load(right.Third + i + FixedOrder.Lanes);
            d1 += Vector512.Load(left.Fourth + i + FixedOrder.Lanes) * Vector512.Load(right.Fourth + i + FixedOrder.Lanes);
            Prefetch.Line(next.First + i + (2 * FixedOrder.Lanes));
            Prefetch.Line(next.Second + i + (2 * FixedOrder.Lanes));
            Prefetch.Line(next.Third + i + (2 * FixedOrder.Lanes));
            Prefetch.Line(next.Fourth + i + (2 * FixedOrder.Lanes));
            Prefetch.Line(nextRight + i + (2 * FixedOrder.Lanes));
            a2 += Vector512.Load(left.First + i + (2 * FixedOrder.Lanes)) * Vector512.Load(right.First + i + (2 * FixedOrder.Lanes));
            b2 += Vector512.Load(left.Second + i + (2 * FixedOrder.Lanes)) * Vector512.Load(right.Second + i + (2 * FixedOrder.Lanes));
            c2 += Vector512.Load(left.Third + i + (2 * FixedOrder.Lanes)) * Vector512.Load(right.Third + i + (2 * FixedOrder.Lanes));
            d2 += Vector512.Load(left.Fourth + i + (2 * FixedOrder.Lanes)) * Vector512.Load(right.Fourth + i + (2 * FixedOrder.Lanes));
            Prefetch.Line(next.First + i + (3 * FixedOrder.Lanes));
            Prefetch.Line(next.Second + i + (3 * FixedOrder.Lanes));
            Prefetch.Line(next.Third + i + (3 * FixedOrder.Lanes));
            Prefetch.Line(next.Fourth + i + (3 * FixedOrder.Lanes));
            Prefetch.Line(nextRight + i + (3 * FixedOrder.Lanes));
            a3 += Vector512.Load(left.First + i + (3 * FixedOrder.Lanes)) * Vector512.Load(right.First + i + (3 * FixedOrder.Lanes));
            b3 += Vector512.Load(left.Second + i + (3 * FixedOrder.Lanes)) * Vector512.Load(right.Second + i + (3 * FixedOrder.Lanes));
            c3 += Vector512.Load(left.Third + i + (3 * FixedOrder.Lanes)) * Vector512.Load(right.Third + i + (3 * FixedOrder.Lanes));
            d3 += Vector512.Load(left.Fourth + i + (3 * FixedOrder.Lanes)) * Vector512.Load(right.Fourth + i + (3 * FixedOrder.Lanes));
        }

        return (FixedOrder.AddLanes((a0 + a1) + (a2 + a3)), FixedOrder.AddLanes((b0 + b1) + (b2 + b3)), FixedOrder.AddLanes((c0 + c1) + (c2 + c3)), FixedOrder.AddLanes((d0 + d1) + (d2 + d3)));
    }
}

using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Encoding;

/// <summary>Compares one token's products with the least that could matter, 16 latents at a time.</summary>
internal static class ScanKernel
{
    private const int Lanes = 16;

    public static void Scan<TFormat, TIn, TOut>(
        Screen screen, int row, int firstLatent, int latents, ref TOut products, in RowBound bound, Candidates candidates)
        where TFormat : IScreenFormat<TIn, TOut>
        where TIn : unmanaged
        where TOut : unmanaged
    {
        ref var scales = ref MemoryMarshal.GetArrayDataReference(screen.WeightScale);
        ref var norms = ref MemoryMarshal.GetArrayDataReference(screen.WeightNorm);
        ref var residuals = ref MemoryMarshal.GetArrayDataReference(screen.WeightResidual);
        ref var uppers = ref MemoryMarshal.GetArrayDataReference(screen.UpperBias);
        var scale = Vector512.Create(bound.Scale);
        var relative = Vector512.Create(bound.Relative);
        var residual = Vector512.Create(bound.Residual);
        var floor = Vector512.Create(candidates.Floor(row));
        for (var i = 0; i < latents; i += Lanes)
        {
            var at = (nuint)(firstLatent + i);
            var value = TFormat.Load(ref products, i) * scale * Vector512.LoadUnsafe(ref scales, at);
            var margin = (relative * Vector512.LoadUnsafe(ref norms, at)) + (residual * Vector512.LoadUnsafe(ref residuals, at));
            if (TFormat.OutputRounding > 0)
            {
                margin += Vector512.Abs(value) * TFormat.OutputRounding;
            }

            var upper = value + margin + Vector512.LoadUnsafe(ref uppers, at);
            var hits = Vector512.GreaterThanOrEqual(upper, floor).ExtractMostSignificantBits();
            if (hits == 0)
            {
                continue;
            }

            if (candidates.TopK)
            {
                var lower = value - margin + Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(screen.LowerBias), at);
                floor = Vector512.Create(AddBounded(row, firstLatent + i, hits, lower, upper, candidates));
            }
            else
            {
                for (; hits != 0; hits &= hits - 1)
                {
                    candidates.Add(row, firstLatent + i + BitOperations.TrailingZeroCount(hits));
                }
            }
        }
    }

    private static float AddBounded(int row, int latent, ulong hits, Vector512<float> lower, Vector512<float> upper, Candidates candidates)
    {
        var floor = 0f;
        for (; hits != 0; hits &= hits - 1)
        {
            var lane = BitOperations.TrailingZeroCount(hits);
            floor = candidates.Add(row, latent + lane, lower[lane], upper[lane]);
        }

        return floor;
    }
}

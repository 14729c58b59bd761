using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AeServerless.Engine.Encoding.Screening.Formats;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>Compares one token's products with the least that could matter, 16 latents at a time.</summary>
internal static class ScanKernel
{
    private const int Lanes = 16;

    public static void Scan<TFormat, TIn, TOut>(
        Screen screen, int row, int firstLatent, int latents, ref TOut products, in RowBound bound, ScannedColumns apart,
        Candidates candidates)
        where TFormat : IScreenFormat<TIn, TOut>
        where TIn : unmanaged
        where TOut : unmanaged
    {
        Span<ushort> hits = stackalloc ushort[Screen.LatentBlock / Lanes];
        hits = hits[..(latents / Lanes)];
        FindHits<TFormat, TIn, TOut>(screen, firstLatent, ref products, bound, apart, candidates.Floor(row), hits);
        for (var i = 0; i < hits.Length; i++)
        {
            if (hits[i] == 0)
            {
                continue;
            }

            if (candidates.TopK)
            {
                AddBounded<TFormat, TIn, TOut>(screen, row, firstLatent, i * Lanes, ref products, bound, apart, hits[i], candidates);
                continue;
            }

            for (var left = (uint)hits[i]; left != 0; left &= left - 1)
            {
                candidates.Add(row, firstLatent + (i * Lanes) + BitOperations.TrailingZeroCount(left));
            }
        }
    }

    // Calls nothing, as a call in it would keep the bounds in memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindHits<TFormat, TIn, TOut>(
        Screen screen, int firstLatent, ref TOut products, in RowBound bound, ScannedColumns apart, float floor, Span<ushort> hits)
        where TFormat : IScreenFormat<TIn, TOut>
        where TIn : unmanaged
        where TOut : unmanaged
    {
        ref var scales = ref screen.WeightScale[firstLatent];
        ref var norms = ref screen.WeightNorm[firstLatent];
        ref var residuals = ref screen.WeightResidual[firstLatent];
        ref var uppers = ref screen.UpperBias[firstLatent];
        ref var found = ref MemoryMarshal.GetReference(hits);
        ref var apartWeights = ref MemoryMarshal.GetReference(apart.Weights);
        var scale = Vector512.Create(bound.Scale);
        var relative = Vector512.Create(bound.Relative);
        var residual = Vector512.Create(bound.Residual);
        var floors = Vector512.Create(floor);
        for (var i = 0; i < hits.Length; i++)
        {
            var at = (nuint)i * Lanes;
            var upper = Vector512.FusedMultiplyAdd(relative, Vector512.LoadUnsafe(ref norms, at), Vector512.LoadUnsafe(ref uppers, at));
            upper = Vector512.FusedMultiplyAdd(residual, Vector512.LoadUnsafe(ref residuals, at), upper);
            var value = TFormat.Load(ref products, i * Lanes);
            var scaled = scale * Vector512.LoadUnsafe(ref scales, at);
            if (TFormat.OutputRounding > 0)
            {
                upper = Vector512.FusedMultiplyAdd(Vector512.Abs(value * scaled), Vector512.Create(TFormat.OutputRounding), upper);
            }

            upper = Vector512.FusedMultiplyAdd(value, scaled, upper);
            for (var column = 0; column < apart.Elements.Length; column++)
            {
                upper = Vector512.FusedMultiplyAdd(
                    Vector512.Create(apart.Elements[column]),
                    Vector512.LoadUnsafe(ref apartWeights, at + ((nuint)column * (nuint)apart.Stride)),
                    upper);
            }

            Unsafe.Add(ref found, i) = (ushort)Vector512.GreaterThanOrEqual(upper, floors).ExtractMostSignificantBits();
        }
    }

    private static void AddBounded<TFormat, TIn, TOut>(
        Screen screen, int row, int firstLatent, int at, ref TOut products, in RowBound bound, ScannedColumns apart, uint hits,
        Candidates candidates)
        where TFormat : IScreenFormat<TIn, TOut>
        where TIn : unmanaged
        where TOut : unmanaged
    {
        firstLatent += at;
        var value = TFormat.Load(ref products, at) * bound.Scale * Vector512.Create<float>(screen.WeightScale.AsSpan(firstLatent));
        var margin = (bound.Relative * Vector512.Create<float>(screen.WeightNorm.AsSpan(firstLatent)))
            + (bound.Residual * Vector512.Create<float>(screen.WeightResidual.AsSpan(firstLatent)))
            + (TFormat.OutputRounding * Vector512.Abs(value));
        for (var column = 0; column < apart.Elements.Length; column++)
        {
            value += apart.Elements[column] * Vector512.Create<float>(apart.Weights[((column * apart.Stride) + at)..]);
        }

        var lower = value - margin + Vector512.Create<float>(screen.LowerBias.AsSpan(firstLatent));
        var upper = value + margin + Vector512.Create<float>(screen.UpperBias.AsSpan(firstLatent));
        for (; hits != 0; hits &= hits - 1)
        {
            var lane = BitOperations.TrailingZeroCount(hits);
            if (upper[lane] >= candidates.Floor(row))
            {
                candidates.Add(row, firstLatent + lane, lower[lane], upper[lane]);
            }
        }
    }
}

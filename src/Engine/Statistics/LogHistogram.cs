using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Bins of magnitudes, finer for smaller ones. The first bin is below 2^minimum exponent, the last from 2^maximum exponent on, and the
/// inner ones divide what is between evenly by the bits of a float32: evenly in the logarithm from one power of two to the next, and evenly
/// in the value within. Edges are float32 numbers, so no value's bin is a matter of rounding. A bin has its lower edge and not its upper
/// one.
/// </summary>
public sealed class LogHistogram
{
    private const int MantissaBits = 23;
    private const int ExponentBias = 127;

    private readonly uint _lowest;
    private readonly uint _octaves;
    private readonly uint _inner;

    // 2^32 / octaves, rounded up. A number below 2^18, as all are here, times this exceeds the quotient by less than 1 / octaves: never a
    // whole one.
    private readonly ulong _octavesInverse;

    /// <summary>Takes bins and range from <paramref name="options"/>.</summary>
    public LogHistogram(StatisticsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Bins = options.HistogramBins;
        _inner = (uint)Bins - 2;
        _lowest = (uint)(options.HistogramMinExponent + ExponentBias) << MantissaBits;
        _octaves = (uint)(options.HistogramMaxExponent - options.HistogramMinExponent);
        _octavesInverse = ((1UL << 32) + _octaves - 1) / _octaves;
    }

    /// <summary>Number of bins.</summary>
    public int Bins { get; }

    /// <summary>The edges: 0, those of the inner bins, infinity. <c>[bins + 1]</c>.</summary>
    public float[] Edges
    {
        get
        {
            var edges = new float[Bins + 1];
            for (var bin = 0; bin < Bins; bin++)
            {
                edges[bin] = LowerEdge(bin);
            }

            edges[^1] = float.PositiveInfinity;
            return edges;
        }
    }

    /// <summary>The bin of a finite value's magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Bin(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value) & int.MaxValue;
        if (bits < _lowest)
        {
            return 0;
        }

        var bin = (uint)(((((ulong)(bits - _lowest) * _inner) >> MantissaBits) * _octavesInverse) >> 32);
        return 1 + (int)Math.Min(bin, _inner);
    }

    /// <summary>The bin of a finite value where those of negative ones follow those of positive ones.</summary>
    public int SignedBin(float value) => Bin(value) + (value < 0 ? Bins : 0);

    /// <summary>The bins of some values.</summary>
    /// <param name="values">The values, finite.</param>
    /// <param name="bins">Receives the bin of each. [values]</param>
    internal void FindBins(ReadOnlySpan<float> values, Span<int> bins)
    {
        var lanes = Vector512<float>.Count;
        var done = 0;
        for (; Vector512.IsHardwareAccelerated && done + lanes <= values.Length; done += lanes)
        {
            var bits = Vector512.Create(values.Slice(done, lanes)).AsUInt32() & Vector512.Create((uint)int.MaxValue);
            var (first, second) = Vector512.Widen(Vector512.Max(bits, Vector512.Create(_lowest)) - Vector512.Create(_lowest));
            var found = Vector512.Narrow(InnerBins(first), InnerBins(second)) + Vector512<uint>.One;
            Vector512.AndNot(found, Vector512.LessThan(bits, Vector512.Create(_lowest))).AsInt32().CopyTo(bins[done..]);
        }

        for (; done < values.Length; done++)
        {
            bins[done] = Bin(values[done]);
        }
    }

    /// <summary>The lowest magnitude in a bin.</summary>
    internal float LowerEdge(int bin) =>
        bin == 0 ? 0 : BitConverter.UInt32BitsToSingle(
            _lowest + (uint)((((ulong)(bin - 1) * _octaves << MantissaBits) + _inner - 1) / _inner));

    private Vector512<ulong> InnerBins(Vector512<ulong> bitsAboveLowest)
    {
        var parts = (bitsAboveLowest * Vector512.Create((ulong)_inner)) >>> MantissaBits;
        return Vector512.Min((parts * Vector512.Create(_octavesInverse)) >>> 32, Vector512.Create((ulong)_inner));
    }
}

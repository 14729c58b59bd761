using System.Numerics;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Exact sums of a dense scalar's per-token metrics, of which figures are computed: a token's norm is a float64, its sum is exact. Tokens
/// that are all zero change nothing, as those that are left out come as zeros.
/// </summary>
internal sealed class DenseTotals
{
    /// <summary>All numbers are multiples of 2^−416, fine enough for squares of norms: a norm is at least 2^−149 and has 53 bits.</summary>
    public static readonly ExactFormat Format = new(-416, 27);

    /// <summary>
    /// Rows: of each metric count, sum, sum of squares, largest and smallest; then the largest and the smallest squared norm.
    /// </summary>
    public const int Rows = (2 * RowsOfMetric) + 2;

    private const int RowsOfMetric = 5;
    private const int Count = 0;
    private const int Sum = 1;
    private const int Squares = 2;
    private const int Max = 3;
    private const int Min = 4;
    private const int MaxSquaredNorm = 2 * RowsOfMetric;
    private const int MinSquaredNorm = MaxSquaredNorm + 1;

    // A norm is a float64: of a spread below this part of it too few bits are left.
    private const double LeastRelativeSpread = 1e-9;
    private const int NormExponent = -202;
    private const int SquaresShift = 416 - 298;
    private const int SumShift = 416 - 149;

    private readonly BigInteger[] _rows = new BigInteger[Rows];
    private readonly ExactTotal _squares = new(1, ExactFormat.Squares);
    private readonly long[] _sum = new long[ExactFormat.Values.Limbs];

    /// <summary>The numbers, as they are stored. [<see cref="Rows"/>]</summary>
    public ReadOnlySpan<BigInteger> Numbers => _rows;

    /// <summary>Norm and sum of a token's values, each rounded once.</summary>
    /// <param name="values">Finite numbers. [width]</param>
    /// <param name="counts">Whether the token is added.</param>
    public (double Norm, double Sum) Measure(ReadOnlySpan<float> values, bool counts)
    {
        _squares.AddSquares(values, _sum);
        var (squares, sum) = (_squares.Integer(0), ExactSum.ToInteger(_sum));
        _squares.Clear();
        Array.Clear(_sum);
        if (squares.IsZero)
        {
            return (0, 0);
        }

        var norm = Math.Sqrt(ExactSum.Divide(squares, BigInteger.One, ExactFormat.Squares.UnitExponent));
        if (counts)
        {
            Add(norm, squares, sum);
        }

        return (norm, ExactSum.Divide(sum, BigInteger.One, ExactFormat.Values.UnitExponent));
    }

    /// <summary>Adds the numbers of another. [<see cref="Rows"/>]</summary>
    public void Add(ReadOnlySpan<BigInteger> other)
    {
        if (!other[Count].IsZero)
        {
            Extend(MaxSquaredNorm, MinSquaredNorm, other[MaxSquaredNorm], other[MinSquaredNorm], _rows[Count].IsZero);
        }

        for (var metric = 0; metric < 2 * RowsOfMetric; metric += RowsOfMetric)
        {
            if (!other[metric + Count].IsZero)
            {
                Extend(metric + Max, metric + Min, other[metric + Max], other[metric + Min], _rows[metric + Count].IsZero);
                for (var row = metric; row <= metric + Squares; row++)
                {
                    _rows[row] += other[row];
                }
            }
        }
    }

    private void Add(double norm, BigInteger squares, BigInteger sum)
    {
        var whole = new BigInteger(Math.ScaleB(norm, -NormExponent));
        AddMetric(0, whole << (416 + NormExponent), (whole * whole) << (416 + (2 * NormExponent)));
        var first = _rows[Count].IsOne;
        Extend(MaxSquaredNorm, MinSquaredNorm, squares << SquaresShift, squares << SquaresShift, first);
        if (!sum.IsZero)
        {
            AddMetric(RowsOfMetric, sum << SumShift, (sum * sum) << SquaresShift);
        }
    }

    public void Clear() => Array.Clear(_rows);

    /// <summary>A metric's figures.</summary>
    /// <param name="metric">0: the norm; 1: the sum.</param>
    /// <param name="tokens">Tokens that count, at least 1.</param>
    public DenseMoments Moments(int metric, long tokens)
    {
        var rows = _rows.AsSpan(metric * RowsOfMetric, RowsOfMetric);
        var count = new BigInteger(tokens);
        var variance = ExactSum.Divide(((count * rows[Squares]) << 416) - (rows[Sum] * rows[Sum]), count * count, -832);
        var max = Number(rows[Max]);
        var deviation = Math.Sqrt(variance);
        if (metric == 0 && rows[Count] == count && _rows[MaxSquaredNorm] == _rows[MinSquaredNorm])
        {
            (variance, deviation) = (0, 0);
        }
        else if (metric == 0 && tokens > 1 && deviation < LeastRelativeSpread * max)
        {
            (variance, deviation) = (double.NaN, double.NaN);
        }

        return new DenseMoments(
            (long)rows[Count], Ratio(rows[Sum], count), Ratio(rows[Squares], count), variance, deviation, max, Number(rows[Min]));
    }

    private static double Number(BigInteger number) => Ratio(number, BigInteger.One);

    private static double Ratio(BigInteger number, BigInteger count) => ExactSum.Divide(number, count, Format.UnitExponent);

    private void AddMetric(int metric, BigInteger value, BigInteger square)
    {
        Extend(metric + Max, metric + Min, value, value, _rows[metric + Count].IsZero);
        _rows[metric + Count] += BigInteger.One;
        _rows[metric + Sum] += value;
        _rows[metric + Squares] += square;
    }

    private void Extend(int max, int min, BigInteger largest, BigInteger smallest, bool first)
    {
        _rows[max] = first ? largest : BigInteger.Max(_rows[max], largest);
        _rows[min] = first ? smallest : BigInteger.Min(_rows[min], smallest);
    }
}

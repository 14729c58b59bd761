using AeServerless.Engine.Numerics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Tables;

/// <summary>
/// Exact sums in a file: magnitudes as the limbs that some row has, least significant first, as a tensor [rows, limbs]; in the metadata the
/// exponent of the first; and which rows are negative. Each sum is ±Σ limb[i] · 2^(exponent + 32·i). Equal sums have equal tables.
/// </summary>
internal sealed class LimbTable
{
    private const string NegativeSuffix = "_negative";
    private const int LimbBits = 32;

    private readonly LoadedColumn _magnitudes; // [rows, width]
    private readonly LoadedColumn _negative;
    private readonly int _first;
    private readonly int _width;

    /// <summary>Finds a table in a file.</summary>
    /// <exception cref="InvalidInputException">The table is missing, has another number of rows, or is of another kind of sum.</exception>
    public LimbTable(LoadedResult file, string name, ExactFormat format, int rows)
    {
        _magnitudes = file.Column(name, TensorDtype.U32);
        _negative = file.WholeColumn(name + NegativeSuffix);
        _width = rows == 0 ? 0 : _magnitudes.Length / rows;
        _first = (int)(file.File.Number(name + ResultMetadata.LimbExponentSuffix) - format.UnitExponent) / LimbBits;
        if (_negative.Length != rows || _magnitudes.Length != rows * _width || _first < 0 || _first + _width > format.Limbs)
        {
            throw file.Contradiction(name);
        }
    }

    /// <summary>Adds a table to a file.</summary>
    /// <param name="tensors">The file.</param>
    /// <param name="name">The table's name.</param>
    /// <param name="format">The kind of sum.</param>
    /// <param name="limbs">Normalised sums, each added at once. [rows, format.Limbs]</param>
    public static void Add(TensorSet tensors, string name, ExactFormat format, Column<long> limbs)
    {
        var (first, end) = UsedLimbs(format, limbs);
        var (magnitudes, negative) = (tensors.Column<uint>(), tensors.Column<long>());
        for (var block = 0; block < limbs.Blocks; block++)
        {
            for (var rows = limbs.Block(block); !rows.IsEmpty; rows = rows[format.Limbs..])
            {
                // Normalised: all limbs of a sum have its sign.
                var used = rows[first..end];
                negative.Add(used.ContainsAnyInRange(long.MinValue, -1) ? 1 : 0);
                foreach (var limb in used)
                {
                    magnitudes.Add((uint)Math.Abs(limb));
                }
            }
        }

        tensors.Add(name, magnitudes, end - first);
        tensors.AddWholeNumbers(name + NegativeSuffix, negative);
        tensors.Metadata.Put(name + ResultMetadata.LimbExponentSuffix, format.UnitExponent + (LimbBits * first));
    }

    /// <summary>Adds a row to a sum. [format.Limbs]</summary>
    public void AddTo(Span<long> sum, int row)
    {
        var magnitudes = _magnitudes.Numbers<uint>().Slice(row * _width, _width);
        var isNegative = _negative.WholeNumbers[row] != 0;
        for (var i = 0; i < _width; i++)
        {
            sum[_first + i] += isNegative ? -(long)magnitudes[i] : magnitudes[i];
        }
    }

    /// <summary>The limbs that some row has: at least one, since some readers reject tensors without elements.</summary>
    private static (int First, int End) UsedLimbs(ExactFormat format, Column<long> limbs)
    {
        var (first, end) = (format.Limbs, 0);
        for (var block = 0; block < limbs.Blocks; block++)
        {
            for (var rows = limbs.Block(block); !rows.IsEmpty; rows = rows[format.Limbs..])
            {
                var used = rows[..format.Limbs];
                first = Math.Min(first, used.IndexOfAnyExcept(0L) is >= 0 and var lowest ? lowest : first);
                end = Math.Max(end, used.LastIndexOfAnyExcept(0L) + 1);
            }
        }

        return end == 0 ? (0, 1) : (first, end);
    }
}

using AeServerless.Engine.Numerics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Exact sums in a file, see <see cref="WindowedSumColumns"/>.</summary>
internal sealed class WindowedSumTensors
{
    // Sums of numbers up to 2^1024 in units of 2^-1074, and what is carried out of them.
    private const int MaxLimbs = 72;

    private readonly RowRanges _rows;
    private readonly LoadedColumn _firsts;
    private readonly LoadedColumn _negative;
    private readonly LoadedColumn _limbs;

    /// <summary>Finds them in a file.</summary>
    /// <exception cref="InvalidInputException">The tensors are missing, or do not fit each other.</exception>
    public WindowedSumTensors(LoadedResult file, string name, int rows)
    {
        _rows = new RowRanges(file, name, rows);
        _firsts = file.WholeColumn(name + "_first_limbs");
        _negative = file.WholeColumn(name + "_negative");
        _limbs = file.Column(name + "_limbs", TensorDtype.U32);
        if (_firsts.Length != rows || _negative.Length != rows || _rows.Elements > _limbs.Length || !AreWithin(rows))
        {
            throw file.Contradiction(name);
        }
    }

    /// <summary>Adds a row to a sum.</summary>
    public void AddTo(ref WindowedSum sum, int row)
    {
        var (first, end) = _rows[row];
        sum.Add((int)_firsts.WholeNumbers[row], _limbs.Numbers<uint>()[first..end], _negative.WholeNumbers[row] != 0);
    }

    private bool AreWithin(int rows)
    {
        var firsts = _firsts.WholeNumbers;
        for (var row = 0; row < rows; row++)
        {
            var (first, end) = _rows[row];
            if (firsts[row] < 0 || firsts[row] + end - first > MaxLimbs)
            {
                return false;
            }
        }

        return true;
    }
}

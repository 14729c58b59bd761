using AeServerless.Engine.Numerics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Exact sums in a file, see <see cref="WindowedSumColumns"/>.</summary>
internal ref struct WindowedSumTensors
{
    // Sums of numbers up to 2^1024 in units of 2^-1074, and what is carried out of them.
    private const int MaxLimbs = 72;

    private readonly WholeNumbers _firsts;
    private readonly WholeNumbers _lengths;
    private readonly WholeNumbers _negative;
    private readonly ReadOnlySpan<uint> _limbs;
    private int _row;
    private int _at;

    /// <summary>Finds them in a file.</summary>
    /// <exception cref="InvalidInputException">The tensors are missing, or do not fit each other.</exception>
    public WindowedSumTensors(LoadedResult file, string name, int rows)
    {
        _firsts = file.WholeNumbers(name + "_first_limbs");
        _lengths = file.WholeNumbers(name + "_lengths");
        _negative = file.WholeNumbers(name + "_negative");
        _limbs = file.Numbers<uint>(name + "_limbs", TensorDtype.U32);
        var sum = _lengths.Sum();
        if (_firsts.Length != rows || _lengths.Length != rows || _negative.Length != rows || sum > _limbs.Length || !AreWithin())
        {
            throw file.Contradiction(name);
        }
    }

    /// <summary>Adds the next row to a sum.</summary>
    public void AddNextTo(ref WindowedSum sum)
    {
        var length = (int)_lengths[_row];
        sum.Add((int)_firsts[_row], _limbs.Slice(_at, length), _negative[_row] != 0);
        _at += length;
        _row++;
    }

    private readonly bool AreWithin()
    {
        for (var row = 0; row < _firsts.Length; row++)
        {
            if (_firsts[row] < 0 || _lengths[row] < 0 || _firsts[row] + _lengths[row] > MaxLimbs)
            {
                return false;
            }
        }

        return true;
    }
}

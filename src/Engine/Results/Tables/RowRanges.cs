namespace AeServerless.Engine.Results.Tables;

/// <summary>Which elements of a tensor belong to a row, where rows have lists of their own lengths one after the other.</summary>
internal sealed class RowRanges
{
    private readonly int[] _ends;

    /// <summary>Reads a file's lengths.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">What the name of the lengths' tensor starts with.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <exception cref="InvalidInputException">The tensor is missing, or has another number of rows.</exception>
    public RowRanges(LoadedResult file, string name, int rows)
    {
        var lengths = file.WholeNumbers(name + "_lengths");
        if (lengths.Length != rows)
        {
            throw file.Contradiction(name);
        }

        _ends = new int[rows];
        var end = 0L;
        for (var row = 0; row < rows; row++)
        {
            end += lengths[row];
            _ends[row] = lengths[row] >= 0 && end <= int.MaxValue ? (int)end : throw file.Contradiction(name);
        }
    }

    /// <summary>Elements of all rows.</summary>
    public int Elements => _ends.Length == 0 ? 0 : _ends[^1];

    /// <summary>A row's elements.</summary>
    public (int First, int End) this[int row] => (row == 0 ? 0 : _ends[row - 1], _ends[row]);
}

using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Histograms in a file, see <see cref="SignedColumns"/>.</summary>
internal sealed class BinTensors
{
    private readonly RowRanges _rows;
    private readonly LoadedColumn _bins;
    private readonly LoadedColumn _counts;

    /// <summary>Finds them in a file.</summary>
    /// <exception cref="InvalidInputException">The tensors are missing, or have other numbers of rows or bins.</exception>
    public BinTensors(LoadedResult file, string name, int rows, int bins)
    {
        _rows = new RowRanges(file, name, rows);
        _bins = file.WholeColumn(name + "_bins");
        _counts = file.WholeColumn(name + "_counts");
        if (_rows.Elements != _bins.Length || _bins.Length != _counts.Length)
        {
            throw file.Contradiction(name);
        }

        var numbers = _bins.WholeNumbers;
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] < 0 || numbers[i] >= bins)
            {
                throw file.Contradiction(name);
            }
        }
    }

    /// <summary>Whether any row has a value.</summary>
    public bool Any => _bins.Length > 0;

    /// <summary>Adds a row to what is kept of a latent.</summary>
    public void AddTo(SignedState state, int row)
    {
        var bins = _bins.WholeNumbers;
        var counts = _counts.WholeNumbers;
        for (var (i, end) = _rows[row]; i < end; i++)
        {
            state.Count((int)bins[i], counts[i]);
        }
    }

    /// <summary>Puts a row's counts where they belong; other bins stay as they are. [bins]</summary>
    public void CopyTo(Span<long> histogram, int row)
    {
        var bins = _bins.WholeNumbers;
        var counts = _counts.WholeNumbers;
        for (var (i, end) = _rows[row]; i < end; i++)
        {
            histogram[(int)bins[i]] = counts[i];
        }
    }
}

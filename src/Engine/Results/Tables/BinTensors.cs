using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Histograms in a file, see <see cref="SignedColumns"/>.</summary>
internal ref struct BinTensors
{
    private readonly WholeNumbers _lengths;
    private readonly WholeNumbers _bins;
    private readonly WholeNumbers _counts;
    private int _row;
    private int _at;

    /// <summary>Finds them in a file.</summary>
    /// <exception cref="InvalidInputException">The tensors are missing, or have other numbers of rows or bins.</exception>
    public BinTensors(LoadedResult file, string name, int rows, int bins)
    {
        _lengths = file.WholeNumbers(name + "_lengths");
        _bins = file.WholeNumbers(name + "_bins");
        _counts = file.WholeNumbers(name + "_counts");
        if (_lengths.Length != rows || _lengths.Sum() != _bins.Length || _bins.Length != _counts.Length)
        {
            throw file.Contradiction(name);
        }

        for (var i = 0; i < _bins.Length; i++)
        {
            if (_bins[i] < 0 || _bins[i] >= bins)
            {
                throw file.Contradiction(name);
            }
        }
    }

    /// <summary>Adds the next row to what is kept of a latent.</summary>
    public void AddNextTo(SignedState state)
    {
        for (var end = _at + _lengths[_row++]; _at < end; _at++)
        {
            state.Count((int)_bins[_at], _counts[_at]);
        }
    }
}

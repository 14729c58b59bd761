using AeServerless.Engine;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Latents;

/// <summary>A scalar's values at consecutive tokens, read into buffers that are used again.</summary>
internal sealed class ScalarRows(LatentScalar scalar)
{
    private long[] _starts = [];
    private int[] _latents = [];
    private float[] _values = [];
    private int _rows;

    /// <summary>Values of the first rows that were asked for, counted from the first of them: <c>[rows + 1]</c>.</summary>
    public ReadOnlySpan<long> Starts => _starts.AsSpan(0, _rows + 1);

    public ReadOnlySpan<int> Latents(int row) => _latents.AsSpan((int)_starts[row], (int)(_starts[row + 1] - _starts[row]));

    public ReadOnlySpan<float> Values(int row) => _values.AsSpan((int)_starts[row], (int)(_starts[row + 1] - _starts[row]));

    /// <summary>Reads where rows begin, absolute.</summary>
    public async Task ReadStartsAsync(long firstRow, int rows, CancellationToken cancellationToken)
    {
        if (_starts.Length < rows + 1)
        {
            _starts = new long[rows + 1];
        }

        _rows = rows;
        await scalar.File.ReadRowsAsync(scalar.File.GetTensor("indptr"), firstRow, _starts.AsMemory(0, rows + 1), cancellationToken);
        if (_starts[0] < 0 || _starts[rows] > scalar.Entries)
        {
            throw Fault("indptr", $"lies outside of the {scalar.Entries} values");
        }

        for (var row = 0; row < rows; row++)
        {
            if (_starts[row + 1] < _starts[row])
            {
                throw Fault("indptr", $"falls at row {firstRow + row}");
            }
        }
    }

    /// <summary>Reads the values of the first rows whose starts were read.</summary>
    public async Task ReadValuesAsync(int rows, CancellationToken cancellationToken)
    {
        var (first, count) = (_starts[0], checked((int)(_starts[rows] - _starts[0])));
        if (_latents.Length < count)
        {
            (_latents, _values) = (new int[count], new float[count]);
        }

        var file = scalar.File;
        await Task.WhenAll(
            file.ReadRowsAsync(file.GetTensor("indices"), first, _latents.AsMemory(0, count), cancellationToken).AsTask(),
            file.ReadRowsAsync(file.GetTensor("values"), first, _values.AsMemory(0, count), cancellationToken).AsTask());
        _rows = rows;
        for (var row = 0; row <= rows; row++)
        {
            _starts[row] -= first;
        }

        for (var row = 0; row < rows; row++)
        {
            RequireAscending(Latents(row));
        }
    }

    private void RequireAscending(ReadOnlySpan<int> latents)
    {
        var before = -1;
        foreach (var latent in latents)
        {
            if (latent <= before || latent >= scalar.Width)
            {
                throw Fault("indices", $"has {latent} behind {before}: the latents of a token must ascend and be below {scalar.Width}");
            }

            before = latent;
        }
    }

    private InvalidInputException Fault(string tensor, string problem) => new(scalar.File.Source.Name, $"{tensor} {problem}");
}

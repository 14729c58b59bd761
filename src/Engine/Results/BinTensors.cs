using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>Histograms in a file: of each row the bins that are not empty, ascending.</summary>
internal sealed class BinTensors
{
    private readonly long[] _starts;
    private readonly int[] _bins;
    private readonly long[] _counts;

    private BinTensors(long[] starts, int[] bins, long[] counts) => (_starts, _bins, _counts) = (starts, bins, counts);

    public static void Add(TensorSet tensors, string name, long[]?[] rows)
    {
        var starts = new long[rows.Length + 1];
        for (var row = 0; row < rows.Length; row++)
        {
            starts[row + 1] = starts[row] + (rows[row] is { } bins ? bins.Length - bins.AsSpan().Count(0L) : 0);
        }

        var (indices, counts, at) = (new int[starts[^1]], new long[starts[^1]], 0);
        foreach (var row in rows)
        {
            for (var bin = 0; bin < (row?.Length ?? 0); bin++)
            {
                if (row![bin] != 0)
                {
                    (indices[at], counts[at]) = (bin, row[bin]);
                    at++;
                }
            }
        }

        tensors.Add(name + "_indptr", starts);
        tensors.Add(name + "_bins", indices);
        tensors.Add(name + "_counts", counts);
    }

    public static async Task<BinTensors> ReadAsync(SafetensorsFile file, string name, CancellationToken cancellationToken) => new(
        await file.ReadInt64Async(name + "_indptr", cancellationToken),
        await file.ReadInt32Async(name + "_bins", cancellationToken),
        await file.ReadInt64Async(name + "_counts", cancellationToken));

    /// <summary>Adds a row to a histogram of <paramref name="length"/> bins, which is made where there is none and it is needed.</summary>
    public long[]? AddTo(long[]? histogram, int row, int length)
    {
        for (var i = _starts[row]; i < _starts[row + 1]; i++)
        {
            (histogram ??= new long[length])[_bins[i]] += _counts[i];
        }

        return histogram;
    }
}

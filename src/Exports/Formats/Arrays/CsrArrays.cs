using System.Runtime.InteropServices;
using AeServerless.Exports.Latents;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Formats.Arrays;

/// <summary>
/// The arrays of a CSR matrix, in temporary files: a header says how many numbers follow, which is known when all values were seen, and
/// the run is read once. Eight bytes a value, and eight a token, on disk, none in memory.
/// </summary>
internal sealed class CsrArrays : IEntryVisitor, IDisposable
{
    private const int CopiedAtOnce = 1 << 16;

    private readonly FileStream _indicesFile = Temporary();
    private readonly FileStream _startsFile = Temporary();
    private readonly FileStream _valuesFile = Temporary();
    private readonly NumberBuffer<int> _indices;
    private readonly NumberBuffer<long> _starts;
    private readonly NumberBuffer<float> _values;
    private long _next;

    private CsrArrays() => (_indices, _starts, _values) = (new(_indicesFile), new(_startsFile), new(_valuesFile));

    /// <summary>Values that are not zero.</summary>
    public long Entries { get; private set; }

    /// <summary>Reads all values once.</summary>
    public static async Task<CsrArrays> ReadAsync(LatentScalar scalar, CancellationToken cancellationToken)
    {
        var arrays = new CsrArrays();
        try
        {
            await new RowReader(LatentSet.Of(scalar), tokens: null).ReadAsync(arrays, cancellationToken);
            arrays.StartUpTo(scalar.Tokens);
            arrays._indices.Flush();
            arrays._starts.Flush();
            arrays._values.Flush();
            return arrays;
        }
        catch
        {
            arrays.Dispose();
            throw;
        }
    }

    /// <summary>Writes the latent of each value, as I32 or I64.</summary>
    public void WriteIndices(Stream stream, bool wide) => Copy<int, long>(_indicesFile, stream, wide, index => index);

    /// <summary>Writes where each token's values begin, and where the last one's end, as I32 or I64.</summary>
    public void WriteStarts(Stream stream, bool wide) => Copy<long, int>(_startsFile, stream, !wide, start => (int)start);

    /// <summary>Writes the values.</summary>
    public void WriteValues(Stream stream)
    {
        _valuesFile.Position = 0;
        _valuesFile.CopyTo(stream);
    }

    void IEntryVisitor.Add(int latent, long row, int token, uint present, ReadOnlySpan<float> values)
    {
        if (values[0] != 0)
        {
            StartUpTo(row);
            _indices.Add(latent);
            _values.Add(values[0]);
            Entries++;
        }
    }

    public void Dispose()
    {
        _indicesFile.Dispose();
        _startsFile.Dispose();
        _valuesFile.Dispose();
    }

    private static FileStream Temporary() => new(
        Path.Combine(Path.GetTempPath(), $"ae-csr-{Guid.NewGuid():N}"),
        FileMode.CreateNew,
        FileAccess.ReadWrite,
        FileShare.None,
        CopiedAtOnce,
        FileOptions.DeleteOnClose);

    private static void Copy<TStored, TOther>(FileStream file, Stream stream, bool changes, Func<TStored, TOther> change)
        where TStored : unmanaged
        where TOther : unmanaged
    {
        file.Position = 0;
        if (!changes)
        {
            file.CopyTo(stream);
            return;
        }

        var numbers = new NumberBuffer<TOther>(stream);
        var block = new byte[CopiedAtOnce];
        for (int read; (read = file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false)) > 0;)
        {
            foreach (var number in MemoryMarshal.Cast<byte, TStored>(block.AsSpan(0, read)))
            {
                numbers.Add(change(number));
            }
        }

        numbers.Flush();
    }

    private void StartUpTo(long row)
    {
        for (; _next <= row; _next++)
        {
            _starts.Add(Entries);
        }
    }
}

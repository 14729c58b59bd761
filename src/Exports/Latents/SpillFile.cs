using Microsoft.Win32.SafeHandles;

namespace AeServerless.Exports.Latents;

/// <summary>
/// Records by bucket, in one temporary file that goes with the process: each bucket has a small buffer in memory, and its full ones stand
/// in the file wherever they came to be written.
/// </summary>
internal sealed class SpillFile : IDisposable
{
    private const int MostBufferBytes = 1 << 16;
    private const int FewestBufferBytes = 1 << 10;
    private const int BytesOfAllBuffers = 1 << 26;

    private readonly SafeFileHandle _file;
    private readonly int _recordBytes;
    private readonly int _bufferBytes;
    private readonly byte[]?[] _buffers;
    private readonly int[] _filled;
    private readonly List<(long Offset, int Length)>[] _extents;
    private readonly long[] _records;
    private long _end;

    public SpillFile(int buckets, int recordBytes)
    {
        var path = Path.Combine(Path.GetTempPath(), $"ae-export-{Guid.NewGuid():N}");
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        _recordBytes = recordBytes;
        var bytes = Math.Clamp(BytesOfAllBuffers / Math.Max(1, buckets), FewestBufferBytes, MostBufferBytes);
        _bufferBytes = Math.Max(1, bytes / recordBytes) * recordBytes;
        _buffers = new byte[buckets][];
        _filled = new int[buckets];
        _records = new long[buckets];
        _extents = [.. Enumerable.Range(0, buckets).Select(_ => new List<(long, int)>())];
    }

    public int RecordBytes => _recordBytes;

    public long Records(int bucket) => _records[bucket];

    /// <summary>Room for the next record of a bucket.</summary>
    public Span<byte> Append(int bucket)
    {
        var buffer = _buffers[bucket] ??= new byte[_bufferBytes];
        if (_filled[bucket] == buffer.Length)
        {
            Flush(bucket);
        }

        var record = buffer.AsSpan(_filled[bucket], _recordBytes);
        _filled[bucket] += _recordBytes;
        _records[bucket]++;
        return record;
    }

    /// <summary>A bucket's records in the order in which they came, some at a time. The memory is used again for the next.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Read(int bucket)
    {
        var block = new byte[_extents[bucket].Count == 0 ? 0 : _extents[bucket].Max(extent => extent.Length)];
        foreach (var (offset, length) in _extents[bucket])
        {
            for (var done = 0; done < length;)
            {
                var read = RandomAccess.Read(_file, block.AsSpan(done, length - done), offset + done);
                done += read > 0 ? read : throw new IOException("The temporary file of the export is shorter than what was written to it.");
            }

            yield return block.AsMemory(0, length);
        }

        yield return _buffers[bucket].AsMemory(0, _filled[bucket]);
    }

    public void Dispose() => _file.Dispose();

    private void Flush(int bucket)
    {
        RandomAccess.Write(_file, _buffers[bucket].AsSpan(0, _filled[bucket]), _end);
        _extents[bucket].Add((_end, _filled[bucket]));
        _end += _filled[bucket];
        _filled[bucket] = 0;
    }
}

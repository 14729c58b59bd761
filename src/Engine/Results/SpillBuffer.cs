using System.Runtime.InteropServices;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>
/// Numbers that are appended until their count is known, and then written to a file whose header needs the count. What does not fit a block
/// in memory waits in a temporary file, so that memory does not grow with the size of a chunk.
/// </summary>
internal sealed class SpillBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int BlockElements = 1 << 18;
    private const int FirstElements = 1 << 10;

    private T[] _block = new T[FirstElements];
    private int _used;
    private FileStream? _spilled;

    public long Count { get; private set; }

    public void Append(ReadOnlySpan<T> values)
    {
        Count += values.Length;
        while (!values.IsEmpty)
        {
            MakeRoom(values.Length);
            var part = values[..Math.Min(values.Length, _block.Length - _used)];
            part.CopyTo(_block.AsSpan(_used));
            _used += part.Length;
            values = values[part.Length..];
        }
    }

    public void Append(T value) => Append(new ReadOnlySpan<T>(in value));

    /// <summary>Appends <paramref name="count"/> times <paramref name="value"/>.</summary>
    public void Append(T value, long count)
    {
        for (; count > 0; count--)
        {
            Append(value);
        }
    }

    /// <summary>Writes all values, in the order in which they were appended, to a tensor of <see cref="Count"/> elements.</summary>
    public async Task WriteAsync(Func<ReadOnlyMemory<T>, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        if (_spilled is not null)
        {
            _spilled.Position = 0;
            var block = new T[BlockElements];
            for (var left = Count - _used; left > 0;)
            {
                var part = block.AsMemory(0, (int)Math.Min(left, BlockElements));
                await _spilled.ReadExactlyAsync(new CastMemory<T>(part).Memory, cancellationToken);
                await write(part, cancellationToken);
                left -= part.Length;
            }
        }

        await write(_block.AsMemory(0, _used), cancellationToken);
    }

    /// <summary>Forgets everything, and keeps the block.</summary>
    public void Clear()
    {
        _spilled?.Dispose();
        (_spilled, _used, Count) = (null, 0, 0);
    }

    public void Dispose() => _spilled?.Dispose();

    private void MakeRoom(int wanted)
    {
        if (_used < _block.Length)
        {
            return;
        }

        if (_block.Length < BlockElements)
        {
            Array.Resize(ref _block, Math.Min(BlockElements, Math.Max(2 * _block.Length, _used + wanted)));
            return;
        }

        _spilled ??= OpenTemporary();
        _spilled.Write(MemoryMarshal.AsBytes(_block.AsSpan(0, _used)));
        _used = 0;
    }

    private static FileStream OpenTemporary()
    {
        var path = Path.Combine(Path.GetTempPath(), $"ae-{Path.GetRandomFileName()}");
        var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Delete,
                BufferSize = 0,
                Options = FileOptions.DeleteOnClose,
            });

        // Unlinked while it is open, where the system allows that: a killed process leaves no file.
        File.Delete(path);
        return file;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>A tensor that grows while it is filled, in borrowed blocks of memory. What is added together is together in a block.</summary>
internal sealed class Column<T> : IDisposable
    where T : unmanaged
{
    private readonly List<(byte[] Memory, int Count)> _full = [];
    private byte[] _last = [];
    private int _filled;
    private int _room;
    private int _countOfFull;

    /// <summary>How many values it has.</summary>
    public int Count => _countOfFull + _filled;

    /// <summary>How many blocks.</summary>
    public int Blocks => _full.Count + 1;

    /// <summary>The values of a block.</summary>
    public ReadOnlySpan<T> Block(int index) => MemoryMarshal.Cast<byte, T>(Bytes(index).Span);

    public void Add(T value)
    {
        GetSpan(1)[0] = value;
        _filled++;
    }

    public void Add(ReadOnlySpan<T> values)
    {
        values.CopyTo(GetSpan(values.Length));
        _filled += values.Length;
    }

    /// <summary>Room for <paramref name="length"/> values after the last one; they count once <see cref="Advance"/> is called.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> GetSpan(int length)
    {
        if (length > _room - _filled)
        {
            BeginBlock(length);
        }

        return MemoryMarshal.Cast<byte, T>(_last.AsSpan()).Slice(_filled, length);
    }

    public void Advance(int count) => _filled += count;

    /// <summary>Writes all values, as they are, to a tensor of their type.</summary>
    public async Task WriteAsync(SafetensorsWriter writer, CancellationToken cancellationToken)
    {
        for (var block = 0; block < Blocks; block++)
        {
            await writer.WriteBytesAsync(Bytes(block), cancellationToken);
        }
    }

    /// <summary>Forgets the values, and returns the blocks.</summary>
    public void Dispose()
    {
        MemoryBlocks.Return(_full.Select(block => block.Memory).Append(_last));
        _full.Clear();
        (_last, _filled, _room, _countOfFull) = ([], 0, 0, 0);
    }

    private ReadOnlyMemory<byte> Bytes(int index)
    {
        var (memory, count) = index < _full.Count ? _full[index] : (_last, _filled);
        return memory.AsMemory(0, count * Unsafe.SizeOf<T>());
    }

    private void BeginBlock(int length)
    {
        if (_filled > 0)
        {
            _full.Add((_last, _filled));
            _countOfFull = checked(_countOfFull + _filled);
        }
        else if (_last.Length > 0)
        {
            MemoryBlocks.Return([_last]);
        }

        // What is longer than a block has one of its own.
        var bytes = (long)length * Unsafe.SizeOf<T>();
        _last = bytes <= MemoryBlocks.Length ? MemoryBlocks.Rent() : new byte[bytes];
        (_filled, _room) = (0, _last.Length / Unsafe.SizeOf<T>());
    }
}

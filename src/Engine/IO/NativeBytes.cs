using System.Buffers;
using System.Runtime.InteropServices;

namespace AeServerless.Engine.IO;

/// <summary>Memory of megabytes that is given back as soon as it is disposed, unlike an array; not zeroed.</summary>
internal sealed unsafe class NativeBytes : MemoryManager<byte>
{
    private readonly int _length;
    private void* _first;

    /// <summary>Takes memory.</summary>
    /// <param name="length">Bytes.</param>
    public NativeBytes(int length)
    {
        _length = length;
        _first = NativeMemory.Alloc((nuint)Math.Max(1, length));
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_first is null, this);
        return new Span<byte>(_first, _length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)_first + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        NativeMemory.Free(_first);
        _first = null;
    }
}

using System.Buffers;
using System.Runtime.InteropServices;

namespace AeServerless.Engine.Tensors;

/// <summary>The bytes of a memory of numbers, so that they are read from a source in place.</summary>
internal sealed class CastMemory<T>(Memory<T> memory) : MemoryManager<byte>
    where T : unmanaged
{
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(memory.Span);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        var handle = memory.Pin();
        unsafe
        {
            // The outer handle owns nothing of its own: it passes the inner one's release on.
            return new MemoryHandle((byte*)handle.Pointer + elementIndex, default, new Release(handle));
        }
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Release(MemoryHandle handle) : IPinnable
    {
        private MemoryHandle _handle = handle;

        public MemoryHandle Pin(int elementIndex) => throw new InvalidOperationException("Already pinned.");

        public void Unpin() => _handle.Dispose();
    }
}

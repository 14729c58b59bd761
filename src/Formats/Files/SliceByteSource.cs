using AeServerless.Engine.IO;

namespace AeServerless.Formats.Files;

/// <summary>A range of another source, which has been checked to lie within it.</summary>
internal sealed class SliceByteSource(string name, IByteSource source, long start, long length) : IByteSource
{
    public string Name => name;

    public long Length => length;

    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, length - offset);
        return source.ReadAsync(start + offset, destination, cancellationToken);
    }
}

namespace AeServerless.Engine.IO;

/// <summary>Bytes in memory as a source.</summary>
/// <param name="name">The name that messages call it by.</param>
/// <param name="bytes">The content; not copied.</param>
public sealed class MemoryByteSource(string name, ReadOnlyMemory<byte> bytes) : IByteSource
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public long Length => bytes.Length;

    /// <inheritdoc/>
    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ByteRange.ThrowIfOutside(this, offset, destination.Length);
        bytes.Slice((int)offset, destination.Length).CopyTo(destination);
        return ValueTask.CompletedTask;
    }
}

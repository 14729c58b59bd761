using AeServerless.Engine.IO;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>
/// Bytes in memory that may be read a bounded number of times: a reader that goes round in circles fails instead of hanging.
/// </summary>
internal sealed class CountingByteSource(string name, byte[] bytes) : IByteSource
{
    private const int MostReads = 10_000;
    private readonly MemoryByteSource _inner = new(name, bytes);
    private int _reads;

    public string Name => _inner.Name;

    public long Length => _inner.Length;

    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) => ++_reads <= MostReads
        ? _inner.ReadAsync(offset, destination, cancellationToken)
        : throw new InvalidOperationException($"read {_reads} times from {bytes.Length} bytes");
}

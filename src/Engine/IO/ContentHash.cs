using System.Security.Cryptography;

namespace AeServerless.Engine.IO;

/// <summary>Hashes of whole sources.</summary>
public static class ContentHash
{
    // As much as storage answers well in one read.
    private const int BlockBytes = 1 << 24;

    /// <summary>SHA-256 of a source's bytes, lower-case hexadecimal.</summary>
    public static Task<string> Sha256Async(IByteSource source, CancellationToken cancellationToken) =>
        Sha256Async([source], cancellationToken);

    /// <summary>SHA-256 of the bytes of sources one after the other, lower-case hexadecimal.</summary>
    public static async Task<string> Sha256Async(IReadOnlyList<IByteSource> sources, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sources);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var blockBytes = (int)Math.Min(BlockBytes, sources.Select(source => source.Length).DefaultIfEmpty().Max());
        var block = LargeArrays<byte>.Pool.Rent(blockBytes);
        try
        {
            foreach (var source in sources)
            {
                for (var offset = 0L; offset < source.Length;)
                {
                    var bytes = block.AsMemory(0, (int)Math.Min(blockBytes, source.Length - offset));
                    await source.ReadAsync(offset, bytes, cancellationToken);
                    hash.AppendData(bytes.Span);
                    offset += bytes.Length;
                }
            }
        }
        finally
        {
            LargeArrays<byte>.Pool.Return(block);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

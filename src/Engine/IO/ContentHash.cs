using System.Security.Cryptography;

namespace AeServerless.Engine.IO;

/// <summary>Hashes of whole sources.</summary>
public static class ContentHash
{
    private const int BlockBytes = 1 << 20;

    /// <summary>SHA-256 of a source's bytes, lower-case hexadecimal.</summary>
    public static async Task<string> Sha256Async(IByteSource source, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = LargeArrays<byte>.Pool.Rent(BlockBytes);
        try
        {
            for (var offset = 0L; offset < source.Length;)
            {
                var bytes = block.AsMemory(0, (int)Math.Min(BlockBytes, source.Length - offset));
                await source.ReadAsync(offset, bytes, cancellationToken);
                hash.AppendData(bytes.Span);
                offset += bytes.Length;
            }
        }
        finally
        {
            LargeArrays<byte>.Pool.Return(block);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

using System.Security.Cryptography;
using AeServerless.Engine.IO;

namespace AeServerless.Cli.Upload;

/// <summary>A file of this machine and what it holds.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Md5">Hash that storage keeps.</param>
/// <param name="Sha256">Hash that manifests name, lower-case hexadecimal.</param>
internal sealed record LocalFile(string Path, long Length, byte[] Md5, string Sha256)
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Reads a file once for both hashes.</summary>
    public static async Task<LocalFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(path);
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = LargeArrays<byte>.Pool.Rent(BlockBytes);
        try
        {
            var length = 0L;
            for (int count; (count = await content.ReadAsync(block.AsMemory(0, BlockBytes), cancellationToken)) > 0; length += count)
            {
                md5.AppendData(block, 0, count);
                sha256.AppendData(block, 0, count);
            }

            return new LocalFile(path, length, md5.GetHashAndReset(), Convert.ToHexStringLower(sha256.GetHashAndReset()));
        }
        finally
        {
            LargeArrays<byte>.Pool.Return(block);
        }
    }
}

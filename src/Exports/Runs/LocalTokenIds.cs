using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AeServerless.Exports.Runs;

/// <summary>Token ids in a temporary file, for contexts that are read here and there: four bytes a token on disk, none in memory.</summary>
internal sealed class LocalTokenIds : IDisposable
{
    private const int BlockTokens = 1 << 18;

    private readonly SafeFileHandle _file = File.OpenHandle(
        Path.Combine(Path.GetTempPath(), $"ae-tokens-{Guid.NewGuid():N}"),
        FileMode.CreateNew,
        FileAccess.ReadWrite,
        FileShare.None,
        FileOptions.DeleteOnClose);

    private LocalTokenIds()
    {
    }

    /// <summary>Copies all ids once.</summary>
    public static async Task<LocalTokenIds> CopyAsync(ITokenIds tokens, CancellationToken cancellationToken)
    {
        var local = new LocalTokenIds();
        var block = new int[Math.Min(BlockTokens, tokens.Count)];
        for (var first = 0L; first < tokens.Count; first += block.Length)
        {
            var ids = block.AsMemory(0, (int)Math.Min(block.Length, tokens.Count - first));
            await tokens.ReadAsync(first, ids, cancellationToken);
            RandomAccess.Write(local._file, MemoryMarshal.AsBytes(ids.Span), first * sizeof(int));
        }

        return local;
    }

    /// <summary>Reads ids that follow each other.</summary>
    public void Read(long first, Span<int> ids)
    {
        var bytes = MemoryMarshal.AsBytes(ids);
        for (var done = 0; done < bytes.Length;)
        {
            var read = RandomAccess.Read(_file, bytes[done..], (first * sizeof(int)) + done);
            done += read > 0 ? read : throw new ArgumentOutOfRangeException(nameof(first), first, "Tokens end before that.");
        }
    }

    public void Dispose() => _file.Dispose();
}

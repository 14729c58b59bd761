using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Results;
using AeServerless.Functions.Settings;

namespace AeServerless.Functions.Chunks;

/// <summary>
/// Files of models in this machine's folder of temporary files, by their content: a file is downloaded once for all runs and processes.
/// What was used longest ago goes where there is too much, or where the disk is nearly full.
/// </summary>
public sealed class ModelCache(InputStore store, AppSettings settings)
{
    private const int BlockBytes = 64 << 20;

    // Left on the disk for all else.
    private const long SpareBytes = 1L << 30;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "ae-serverless-models");
    private readonly long _limit = (long)settings.ModelCacheMegabytes << 20;
    private readonly SemaphoreSlim _downloading = new(1);

    /// <summary>The file of a blob; it is open, and the caller's.</summary>
    /// <exception cref="InvalidInputException">The blob has changed or is gone, or is not what its hash says.</exception>
    public async Task<FileByteSource> OpenAsync(InputBlob blob, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, ResultKey.Hash([blob.Sha256 ?? blob.Identity()]));
        await _downloading.WaitAsync(cancellationToken);
        try
        {
            if (!File.Exists(path))
            {
                MakeRoom(blob.Length);
                await DownloadAsync(blob, path, cancellationToken);
            }

            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return new FileByteSource(path, blob.Path);
        }
        finally
        {
            _downloading.Release();
        }
    }

    private async Task DownloadAsync(InputBlob blob, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                var source = store.Open(blob);
                var block = new byte[Math.Min(BlockBytes, Math.Max(blob.Length, 1))];
                for (var done = 0L; done < blob.Length;)
                {
                    var count = (int)Math.Min(block.Length, blob.Length - done);
                    await source.ReadAsync(done, block.AsMemory(0, count), cancellationToken);
                    await file.WriteAsync(block.AsMemory(0, count), cancellationToken);
                    done += count;
                }
            }

            await RequireContentAsync(blob, partial, cancellationToken);

            // Other processes see a whole file or none.
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static async Task RequireContentAsync(InputBlob blob, string path, CancellationToken cancellationToken)
    {
        if (blob.Sha256 is not { } expected)
        {
            return;
        }

        using var file = new FileByteSource(path, blob.Path);
        var actual = await ContentHash.Sha256Async(file, cancellationToken);
        if (actual != expected)
        {
            throw new InvalidInputException(
                blob.Path, $"is not what its metadata say: its SHA-256 is {actual}, and they say {expected}. Upload it again");
        }
    }

    // Files that are open stay readable where the system allows it; where it does not, they stay.
    private void MakeRoom(long bytes)
    {
        if (!Directory.Exists(_folder))
        {
            return;
        }

        var disk = new DriveInfo(Path.GetFullPath(_folder));
        var files = new DirectoryInfo(_folder).GetFiles().OrderBy(file => file.LastWriteTimeUtc).ToList();
        var total = files.Sum(file => file.Length) + bytes;
        foreach (var file in files.TakeWhile(_ => total > _limit || disk.AvailableFreeSpace < bytes + SpareBytes))
        {
            try
            {
                file.Delete();
                total -= file.Length;
            }
            catch (IOException)
            {
                // Someone holds it.
            }
        }
    }
}

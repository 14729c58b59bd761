using System.Globalization;
using System.Runtime.CompilerServices;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;

namespace AeServerless.Capture;

/// <summary>A dataset in the making: shards one by one, the manifest last.</summary>
internal sealed class DatasetFolder(ResultDirectory folder)
{
    private const string InProgress = "shards/capturing";

    /// <summary>Path of a shard.</summary>
    public static string ShardPath(int index) => string.Create(CultureInfo.InvariantCulture, $"shards/{index:00000}.safetensors");

    /// <summary>Puts sequences into shards: each is full before it has more tokens than that, and has at least one sequence.</summary>
    public static async IAsyncEnumerable<List<int[]>> ShardsAsync(
        IAsyncEnumerable<int[]> sequences, int shardTokens, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shard = new List<int[]>();
        var tokens = 0L;
        await foreach (var sequence in sequences.WithCancellation(cancellationToken))
        {
            if (shard.Count > 0 && tokens + sequence.Length > shardTokens)
            {
                yield return shard;
                (shard, tokens) = ([], 0);
            }

            shard.Add(sequence);
            tokens += sequence.Length;
        }

        if (shard.Count > 0)
        {
            yield return shard;
        }
    }

    /// <summary>Begins: from here on the folder has no manifest, and so no dataset.</summary>
    /// <param name="force">Whether a finished dataset is replaced, and nothing of an interrupted one kept.</param>
    /// <exception cref="InvalidInputException">There is a finished dataset.</exception>
    public void Begin(bool force)
    {
        if (folder.Exists(DatasetManifest.FileName) && !force)
        {
            throw new InvalidInputException(
                folder.Path, "has a finished dataset already; choose another folder, or force its replacement");
        }

        // Without its manifest a dataset is unfinished, whatever else is there.
        folder.Delete(DatasetManifest.FileName);
        if (force)
        {
            DeleteShards(first: 0);
        }
    }

    /// <summary>Ends: removes shards of other datasets and writes the manifest.</summary>
    /// <exception cref="InvalidInputException">There are no shards.</exception>
    public async Task EndAsync(DatasetManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Shards.Count == 0)
        {
            throw new InvalidInputException("the input", "has no tokens");
        }

        DeleteShards(manifest.Shards.Count);
        await WriteAsync(
            DatasetManifest.FileName, async stream => await stream.WriteAsync(manifest.ToJson(), cancellationToken), cancellationToken);
    }

    /// <summary>A file that is whole; null where there is none of the name.</summary>
    public async Task<IByteSource?> TryOpenAsync(string path, CancellationToken cancellationToken) =>
        folder.Exists(path) ? await folder.OpenAsync(path, cancellationToken) : null;

    /// <summary>Writes under a name of its own until the file is whole: what has its name can be relied on.</summary>
    public async Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        await using (var stream = await folder.CreateAsync(InProgress, cancellationToken))
        {
            await write(stream);
            await stream.CompleteAsync(cancellationToken);
        }

        folder.Move(InProgress, path);
    }

    /// <summary>How the manifest names a shard.</summary>
    public async Task<ShardReference> ReferenceAsync(string path, List<int[]> sequences, CancellationToken cancellationToken)
    {
        // Rows are written in the order of batches, so the file's bytes are in order only once it is whole.
        var source = await folder.OpenAsync(path, cancellationToken);
        using var handle = source as IDisposable;
        return new ShardReference(path, sequences.Sum(ids => (long)ids.Length), sequences.Count)
        {
            Sha256 = await ContentHash.Sha256Async(source, cancellationToken),
        };
    }

    private void DeleteShards(int first)
    {
        folder.Delete(InProgress);
        for (var index = first; folder.Exists(ShardPath(index)); index++)
        {
            folder.Delete(ShardPath(index));
        }
    }
}

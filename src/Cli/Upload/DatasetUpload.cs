using AeServerless.Engine;
using AeServerless.Engine.Datasets;

namespace AeServerless.Cli.Upload;

/// <summary>
/// Uploads a dataset so that under its name there is at each moment all of the old one or all of the new one: shards go under names of
/// their own content, then the manifest that names them takes the old one's place, and only then what the old one alone named is removed.
/// </summary>
/// <param name="folder">Where it goes.</param>
/// <param name="root">The local folder.</param>
internal sealed class DatasetUpload(BlobFolder folder, string root)
{
    private long _uploaded;

    /// <summary>Uploads the dataset.</summary>
    /// <returns>
    /// Shards that the dataset of this name did not have before, and whether there was one of other content, which is replaced.
    /// </returns>
    /// <exception cref="InvalidInputException">The manifest is wrong, or a shard is missing or not the one that it names.</exception>
    public async Task<(int NewShards, bool Replaced)> RunAsync(IProgress<long> uploaded, CancellationToken cancellationToken)
    {
        var path = Path.Combine(root, DatasetManifest.FileName);
        var local = await File.ReadAllBytesAsync(path, cancellationToken);
        var manifest = DatasetManifest.Parse(local, path);
        var files = manifest.Shards.Select(shard => Path.GetFullPath(Path.Combine(root, shard.Path))).ToList();
        if (files.Find(file => !File.Exists(file)) is { } missing)
        {
            throw new InvalidInputException(missing, $"does not exist, but {path} names it");
        }

        await folder.CreateAsync(cancellationToken);
        var before = await folder.ReadAsync(DatasetManifest.FileName, cancellationToken);
        var shards = new ShardReference[files.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = BlobFolder.FilesInFlight, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, files.Count, options, async (index, token) =>
        {
            var file = await LocalFile.ReadAsync(files[index], token);
            shards[index] = Identify(manifest.Shards[index], file, path);
            await folder.PutAsync(shards[index].Path, file, token);
            Advance(file.Length, uploaded);
        });
        await Parallel.ForEachAsync(Others(path, files), options, async (name, token) =>
        {
            var file = await LocalFile.ReadAsync(Path.Combine(root, name), token);
            await folder.PutAsync(name, file, token);
            Advance(file.Length, uploaded);
        });

        var stored = StoredManifest.WithShards(local, shards);
        if (before?.Content.AsSpan().SequenceEqual(stored) == true)
        {
            Advance(local.Length, uploaded);
            return (0, Replaced: false);
        }

        await folder.ReplaceAsync(DatasetManifest.FileName, stored, before?.Version, cancellationToken);
        Advance(local.Length, uploaded);
        var old = before is { } had ? ShardsOf(had.Content) : [];
        foreach (var name in old.Except(shards.Select(shard => shard.Path), StringComparer.Ordinal))
        {
            await folder.DeleteAsync(name, cancellationToken);
        }

        return (shards.Select(shard => shard.Path).Except(old, StringComparer.Ordinal).Count(), before is not null);
    }

    private static ShardReference Identify(ShardReference shard, LocalFile file, string manifest) =>
        shard.Sha256 is { } said && said != file.Sha256
            ? throw new InvalidInputException(
                file.Path,
                $"is not the shard that {manifest} names: its SHA-256 is {file.Sha256}, the manifest says {said}. Capture the dataset "
                    + "again, or remove the sha256 from its manifest where the change is meant")
            : shard with { Path = StoredManifest.ShardPath(shard.Path, file.Sha256), Sha256 = file.Sha256 };

    /// <summary>Shards of a manifest in storage; none where it can't be read, so that nothing is removed.</summary>
    private static IReadOnlyList<string> ShardsOf(byte[] manifest)
    {
        try
        {
            return [.. DatasetManifest.Parse(manifest, DatasetManifest.FileName).Shards.Select(shard => shard.Path)];
        }
        catch (InvalidInputException)
        {
            return [];
        }
    }

    private IEnumerable<string> Others(string manifest, IReadOnlyList<string> shards) => Directory
        .EnumerateFiles(root, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetFullPath(file))
        .Except([Path.GetFullPath(manifest), .. shards], StringComparer.Ordinal)
        .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'));

    private void Advance(long bytes, IProgress<long> uploaded) => uploaded.Report(Interlocked.Add(ref _uploaded, bytes));
}

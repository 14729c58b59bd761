using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Runs;
using AeServerless.Models.Tokenizers;
using AeServerless.Models.Weights;

namespace AeServerless.Functions.Planning;

/// <summary>Compares the hashes in a dataset's manifest with what is stored: data are known by their content, not by their name.</summary>
public sealed class ManifestHashes(InputStore store)
{
    private const int Kept = 256;
    private const int NameDigits = 16;

    // What is stored without its hash is read once in each version.
    private readonly RecentCache<InputBlob, string> _hashes = new(Kept);

    /// <summary>Checks the files of a run's dataset and its model.</summary>
    /// <returns>Which of <c>model</c>, <c>tokenizer</c> and <c>shards</c> nothing vouched for.</returns>
    /// <exception cref="InvalidInputException">A file is another one than the dataset was captured from or uploaded with.</exception>
    public async Task<IReadOnlyList<string>> CheckAsync(RunBasis basis, CancellationToken cancellationToken)
    {
        var unvouched = new List<string>();
        if (!await ModelAsync(basis, cancellationToken))
        {
            unvouched.Add("model");
        }

        if (!await TokenizerAsync(basis, cancellationToken))
        {
            unvouched.Add("tokenizer");
        }

        if (!await ShardsAsync(basis, cancellationToken))
        {
            unvouched.Add("shards");
        }

        return unvouched;
    }

    private async Task<bool> ModelAsync(RunBasis basis, CancellationToken cancellationToken)
    {
        if (!basis.Inputs.TryGetValue(basis.Manifest.Model, out var blob))
        {
            return basis.Manifest.ModelSha256 is not null;
        }

        if (basis.Manifest.ModelSha256 is not { } expected)
        {
            return false;
        }

        var actual = await ModelHashAsync(basis, blob, cancellationToken);
        return actual == expected ? true : throw new InvalidInputException(
            blob.Path,
            $"is another model than dataset {basis.Request.Dataset} was captured from: its SHA-256 is {actual}, and "
                + $"{InputPaths.Manifest(basis.Request.Dataset)} says {expected}. Upload the dataset's model there, or capture the dataset "
                + "anew with --model-blob naming a place of its own for its model");
    }

    private async Task<string> ModelHashAsync(RunBasis basis, InputBlob blob, CancellationToken cancellationToken)
    {
        var model = basis.Manifest.Model;
        if (!model.EndsWith(".index.json", StringComparison.Ordinal))
        {
            return await HashAsync(blob, cancellationToken);
        }

        var list = await WeightFileList.FindAsync(new InputFiles(InputPaths.Beside(model, ""), basis.Inputs, store), cancellationToken);
        return await list.Sha256Async(name => HashAsync(
            RunBasis.Find(basis.Inputs, InputPaths.Beside(model, name), $"{model} names it"), cancellationToken));
    }

    private async Task<bool> TokenizerAsync(RunBasis basis, CancellationToken cancellationToken)
    {
        var manifest = basis.Manifest;
        if (manifest.Tokenizer.Length == 0)
        {
            return true;
        }

        if (manifest.TokenizerSha256 is not { } expected)
        {
            return false;
        }

        // A folder can hold both forms, and captures before the newer one was read took the older.
        var hashes = new List<string>();
        foreach (var form in (IReadOnlyList<string>[])[TokenizerFileList.Newer, TokenizerFileList.Older])
        {
            var paths = form.Select(name => InputPaths.TokenizerFile(manifest.Tokenizer, name)).ToList();
            if (paths.All(basis.Inputs.ContainsKey))
            {
                hashes.Add(await ContentHash.Sha256Async([.. paths.Select(path => store.Open(basis.Inputs[path]))], cancellationToken));
            }
        }

        // Where there is none, nothing is told in its words.
        return hashes.Count == 0 || hashes.Contains(expected) ? true : throw new InvalidInputException(
            manifest.Tokenizer,
            $"is another tokenizer than dataset {basis.Request.Dataset} was captured with: the SHA-256 of its files is {hashes[^1]}, and "
                + $"{InputPaths.Manifest(basis.Request.Dataset)} says {expected}. Upload the dataset's tokenizer there");
    }

    private async Task<bool> ShardsAsync(RunBasis basis, CancellationToken cancellationToken)
    {
        var vouched = true;
        for (var shard = 0; shard < basis.Manifest.Shards.Count; shard++)
        {
            var reference = basis.Manifest.Shards[shard];
            if (reference.Sha256 is not { } expected || !basis.Inputs.TryGetValue(basis.ShardPath(shard), out var blob))
            {
                vouched = false;
                continue;
            }

            // Reading a whole dataset for its hashes alone is too dear, but a shard that an upload named by its hash has lost its mark
            // where something else was put in its place.
            if (blob.Sha256 is null && !reference.Path.Contains(expected[..NameDigits], StringComparison.Ordinal))
            {
                vouched = false;
                continue;
            }

            var actual = await HashAsync(blob, cancellationToken);
            if (actual != expected)
            {
                throw new InvalidInputException(
                    blob.Path,
                    $"is not what {InputPaths.Manifest(basis.Request.Dataset)} names: its SHA-256 is {actual}, the manifest says "
                        + $"{expected}. Upload the dataset again");
            }
        }

        return vouched;
    }

    private async Task<string> HashAsync(InputBlob blob, CancellationToken cancellationToken) => blob.Sha256 ?? await _hashes.GetAsync(
        blob, () => ContentHash.Sha256Async(store.Open(blob), CancellationToken.None), cancellationToken);
}

using System.Globalization;
using System.Security.Cryptography;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>Makes an activation dataset of arrays. Memory does not grow with them.</summary>
/// <param name="tokens">Token ids, a row for each sequence.</param>
/// <param name="recorded">Activations by the name that their tensor has in a shard, a row for each token.</param>
/// <param name="shardTokens">Tokens of a shard at most; a shard has one sequence at least.</param>
internal sealed class NpyDataset(NpyActivations tokens, IReadOnlyDictionary<string, NpyActivations> recorded, int shardTokens)
{
    private const int BlockBytes = 8 << 20;

    /// <summary>Writes shards, and the manifest last.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="manifest">The manifest, but for its shards.</param>
    /// <param name="progress">Told the tokens that are written.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <exception cref="InvalidInputException">An array has not a row for each token.</exception>
    public async Task<DatasetManifest> WriteAsync(
        ResultDirectory folder, DatasetManifest manifest, IProgress<long> progress, CancellationToken cancellationToken)
    {
        foreach (var (name, values) in recorded.Where(pair => pair.Value.Rows != tokens.Rows * tokens.Width))
        {
            throw new InvalidInputException(
                name, $"{values.Array.File} has {values.Rows} rows, but there are {tokens.Rows * tokens.Width} token ids");
        }

        var shards = new List<ShardReference>();
        var sequences = Math.Max(1, shardTokens / tokens.Width);
        for (var first = 0L; first < tokens.Rows; first += sequences)
        {
            var count = (int)Math.Min(sequences, tokens.Rows - first);
            var path = string.Create(CultureInfo.InvariantCulture, $"shards/{shards.Count:00000}.safetensors");
            await using (var stream = await folder.CreateAsync(path, cancellationToken))
            {
                await WriteShardAsync(stream, first, count, cancellationToken);
                await stream.CompleteAsync(cancellationToken);
            }

            await using var written = File.OpenRead(Path.Combine(folder.Path, path));
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellationToken));
            shards.Add(new ShardReference(path, (long)count * tokens.Width, count) { Sha256 = hash });
            progress.Report((first + count) * tokens.Width);
        }

        var whole = manifest with { Shards = shards };
        await using var document = await folder.CreateAsync(DatasetManifest.FileName, cancellationToken);
        await document.WriteAsync(whole.ToJson(), cancellationToken);
        await document.CompleteAsync(cancellationToken);
        return whole;
    }

    private async Task WriteShardAsync(Stream stream, long first, int count, CancellationToken cancellationToken)
    {
        var rows = (long)count * tokens.Width;
        TensorSpec[] specs =
        [
            new(TensorNames.Tokens, TensorDtype.I64, [rows]),
            new(TensorNames.SequenceLengths, TensorDtype.I32, [count]),
            .. recorded.OrderByDescending(pair => pair.Value.Array.Dtype.Size())
                .Select(pair => new TensorSpec(pair.Key, pair.Value.Array.Dtype, [rows, pair.Value.Width])),
        ];
        var writer = await SafetensorsRowWriter.CreateAsync(stream, specs, metadata: null, cancellationToken);
        await writer.WriteRowsAsync(
            TensorNames.Tokens, 0, (await tokens.ReadTokensAsync(first, count, cancellationToken)).AsMemory(), cancellationToken);
        await writer.WriteRowsAsync(
            TensorNames.SequenceLengths, 0, Enumerable.Repeat(tokens.Width, count).ToArray().AsMemory(), cancellationToken);
        foreach (var (name, values) in recorded)
        {
            var block = Math.Max(1, BlockBytes / (values.Width * sizeof(float)));
            for (var row = 0L; row < rows; row += block)
            {
                var some = (int)Math.Min(block, rows - row);
                var read = await values.ReadFloatsAsync((first * tokens.Width) + row, some, cancellationToken);
                await writer.WriteRowsAsync(name, row, read.AsMemory(), cancellationToken);
            }
        }

        await writer.CompleteAsync(cancellationToken);
    }
}

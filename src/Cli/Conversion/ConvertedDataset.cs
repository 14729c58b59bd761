using System.Globalization;
using System.Security.Cryptography;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>Makes an activation dataset of arrays. Memory does not grow with them.</summary>
/// <param name="tokens">Token ids.</param>
/// <param name="recorded">Activations by the name that their tensor has in a shard.</param>
/// <param name="shardTokens">Tokens of a shard at most; a shard has one sequence at least.</param>
internal sealed class ConvertedDataset(SequenceIds tokens, IReadOnlyDictionary<string, RecordedRows> recorded, int shardTokens)
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
        foreach (var (name, values) in recorded)
        {
            values.RequireFits(name, tokens);
        }

        var shards = new List<ShardReference>();
        var sequences = Math.Max(1, shardTokens / tokens.Context);
        for (var first = 0L; first < tokens.Sequences; first += sequences)
        {
            var count = (int)Math.Min(sequences, tokens.Sequences - first);
            var path = string.Create(CultureInfo.InvariantCulture, $"shards/{shards.Count:00000}.safetensors");
            await using (var stream = await folder.CreateAsync(path, cancellationToken))
            {
                await WriteShardAsync(stream, first, count, cancellationToken);
                await stream.CompleteAsync(cancellationToken);
            }

            await using var written = File.OpenRead(Path.Combine(folder.Path, path));
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellationToken));
            shards.Add(new ShardReference(path, (long)count * tokens.Context, count) { Sha256 = hash });
            progress.Report((first + count) * tokens.Context);
        }

        var whole = manifest with { Shards = shards };
        await using var document = await folder.CreateAsync(DatasetManifest.FileName, cancellationToken);
        await document.WriteAsync(whole.ToJson(), cancellationToken);
        await document.CompleteAsync(cancellationToken);
        return whole;
    }

    private async Task WriteShardAsync(Stream stream, long first, int count, CancellationToken cancellationToken)
    {
        var rows = (long)count * tokens.Context;
        TensorSpec[] specs =
        [
            new(TensorNames.Tokens, TensorDtype.I64, [rows]),
            new(TensorNames.SequenceLengths, TensorDtype.I32, [count]),
            .. recorded.OrderByDescending(pair => pair.Value.Array.Dtype.Size())
                .Select(pair => new TensorSpec(pair.Key, pair.Value.Array.Dtype, [rows, pair.Value.Width])),
        ];
        var writer = await SafetensorsRowWriter.CreateAsync(stream, specs, metadata: null, cancellationToken);
        await writer.WriteRowsAsync(
            TensorNames.Tokens, 0, (await tokens.ReadAsync(first, count, cancellationToken)).AsMemory(), cancellationToken);
        await writer.WriteRowsAsync(
            TensorNames.SequenceLengths, 0, Enumerable.Repeat(tokens.Context, count).ToArray().AsMemory(), cancellationToken);
        foreach (var (name, values) in recorded)
        {
            var block = (int)Math.Min(values.RowsIn(BlockBytes), rows);
            var bytes = new byte[values.Bytes(block)];
            for (var row = 0L; row < rows; row += block)
            {
                var some = bytes.AsMemory(0, values.Bytes((int)Math.Min(block, rows - row)));
                await values.ReadAsync((first * tokens.Context) + row, some, cancellationToken);
                await writer.WriteStoredRowsAsync(name, row, some, cancellationToken);
            }
        }

        await writer.CompleteAsync(cancellationToken);
    }
}

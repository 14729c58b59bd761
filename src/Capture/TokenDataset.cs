using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Capture;

/// <summary>
/// Makes a dataset of tokens alone: shard by shard into a folder, the manifest last. One shard is in memory at a time. The same input gives
/// the same bytes.
/// </summary>
/// <param name="request">What its manifest says.</param>
public sealed class TokenDataset(TokenDatasetRequest request)
{
    /// <summary>Writes sequences into a folder.</summary>
    /// <param name="sequences">Token ids.</param>
    /// <param name="folder">Where the dataset goes.</param>
    /// <param name="force">Whether a finished dataset there is replaced.</param>
    /// <param name="progress">Told after every shard.</param>
    /// <param name="cancellationToken">Cancels between shards.</param>
    /// <exception cref="InvalidInputException">The folder has a finished dataset, there are no tokens, or an id is too large.</exception>
    public async Task<DatasetManifest> RunAsync(
        IAsyncEnumerable<int[]> sequences,
        ResultDirectory folder,
        bool force = false,
        IProgress<CaptureProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        BlobPath.Validate(request.ModelBlob, "model blob");
        if (request.TokenizerBlob.Length > 0)
        {
            BlobPath.ValidateFolder(request.TokenizerBlob, "tokenizer blob");
        }

        var dataset = new DatasetFolder(folder);
        dataset.Begin(force);
        var references = new List<ShardReference>();
        var done = default(CaptureProgress);
        await foreach (var shard in DatasetFolder.ShardsAsync(sequences, request.ShardTokens, cancellationToken))
        {
            var path = DatasetFolder.ShardPath(references.Count);
            await dataset.WriteAsync(path, stream => WriteAsync(stream, shard, cancellationToken), cancellationToken);
            var reference = await dataset.ReferenceAsync(path, shard, cancellationToken);
            references.Add(reference);
            done = new CaptureProgress(done.Tokens + reference.Tokens, done.Sequences + shard.Count, references.Count, 0);
            progress?.Report(done);
        }

        var manifest = new DatasetManifest(
            DatasetManifest.SchemaName, request.ModelBlob, request.Layers, request.TokenizerBlob, references)
        {
            Backward = request.Backward,
            ModelSha256 = request.ModelSha256,
            TokenizerSha256 = request.TokenizerSha256,
        };
        await dataset.EndAsync(manifest, cancellationToken);
        return manifest;
    }

    private async Task WriteAsync(Stream stream, List<int[]> sequences, CancellationToken cancellationToken)
    {
        int[] ids = [.. sequences.SelectMany(sequence => sequence)];
        if (Array.FindIndex(ids, id => id < 0 || id > request.LargestId) is >= 0 and var wrong)
        {
            throw new InvalidInputException("sequence", $"has the id {ids[wrong]}; ids are 0 to {request.LargestId}");
        }

        var narrow = request.LargestId <= ushort.MaxValue;
        TensorSpec[] tensors =
        [
            new(TensorNames.Tokens, narrow ? TensorDtype.U16 : TensorDtype.I32, [ids.Length]),
            new(TensorNames.SequenceLengths, TensorDtype.I32, [sequences.Count]),
        ];
        var writer = await SafetensorsRowWriter.CreateAsync(stream, tensors, null, cancellationToken);
        await (narrow
            ? writer.WriteRowsAsync(TensorNames.Tokens, 0, Array.ConvertAll(ids, id => (ushort)id).AsMemory(), cancellationToken)
            : writer.WriteRowsAsync(TensorNames.Tokens, 0, ids.AsMemory(), cancellationToken));
        int[] lengths = [.. sequences.Select(sequence => sequence.Length)];
        await writer.WriteRowsAsync(TensorNames.SequenceLengths, 0, lengths.AsMemory(), cancellationToken);
        await writer.CompleteAsync(cancellationToken);
    }
}

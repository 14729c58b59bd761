using System.Globalization;
using System.Runtime.CompilerServices;
using AeServerless.Capture.Gpt2;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;

namespace AeServerless.Capture;

/// <summary>
/// Makes an activation dataset: sequences through a model, shard by shard into a folder, the manifest last. The same input gives the same
/// bytes. A capture that was interrupted is started again: shards that it left and that are made of the same are kept.
/// </summary>
public sealed class DatasetCapture
{
    private const string InProgress = "shards/capturing";
    private const string FingerprintKey = "capture";

    private readonly Gpt2Model _model;
    private readonly CaptureRequest _request;
    private readonly CapturePlan _plan;
    private readonly ShardCapture _shards;
    private NonFiniteCounts _counts;

    /// <summary>Plans a capture.</summary>
    /// <param name="model">The model, with the autoencoders that are recorded online.</param>
    /// <param name="request">What to record.</param>
    /// <exception cref="InvalidInputException">
    /// The request doesn't fit the model: the message names layer, location, token or blob name.
    /// </exception>
    public DatasetCapture(Gpt2Model model, CaptureRequest request)
    {
        BlobPath.Validate(request.ModelBlob, "model blob");
        if (request.TokenizerBlob.Length > 0)
        {
            BlobPath.ValidateFolder(request.TokenizerBlob, "tokenizer blob");
        }

        if (!request.Dtype.IsActivation())
        {
            throw new InvalidInputException($"dtype {request.Dtype.Name()}", "can't be recorded; F32, F16 and BF16 can");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(request.ShardTokens, 1);
        ValidateLoss(request.Backward, model.Config);
        _model = model;
        _request = request;
        _plan = new CapturePlan(model, request);
        _shards = new ShardCapture(model, _plan, request.Backward);
        _counts = new NonFiniteCounts(request.Dtype);
    }

    /// <summary>Names of the tensors of every shard.</summary>
    public IReadOnlyList<string> Tensors => [.. _plan.Tensors([]).Select(tensor => tensor.Name)];

    /// <summary>What the dataset that was captured last holds that is infinite or not a number; in shards that were kept too.</summary>
    public IReadOnlyList<CaptureWarning> Warnings =>
        [.. _counts.Findings.Select(finding => new CaptureWarning(finding.Tensor, finding.Problem))];

    /// <summary>Captures sequences into a folder.</summary>
    /// <param name="sequences">Token ids, each sequence at most as long as the model takes.</param>
    /// <param name="folder">Where the dataset goes.</param>
    /// <param name="force">Whether a finished dataset there is replaced, and nothing of an interrupted one kept.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellationToken">Cancels between batches; what is finished stays.</param>
    /// <exception cref="InvalidInputException">The folder has a finished dataset, or there are no tokens, or strictness
    /// forbids what is not finite.</exception>
    public async Task<DatasetManifest> RunAsync(
        IAsyncEnumerable<int[]> sequences,
        ResultDirectory folder,
        bool force = false,
        IProgress<CaptureProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (folder.Exists(DatasetManifest.FileName) && !force)
        {
            throw new InvalidInputException(folder.Path, "has a finished dataset already; choose another folder, or force its replacement");
        }

        _counts = new NonFiniteCounts(_request.Dtype);

        // Without its manifest a dataset is unfinished, whatever else is there.
        folder.Delete(DatasetManifest.FileName);
        if (force)
        {
            DeleteShards(folder, first: 0);
        }

        var references = new List<ShardReference>();
        var done = default(CaptureProgress);
        await foreach (var shard in ShardsAsync(sequences, cancellationToken))
        {
            var path = ShardPath(references.Count);
            var tokens = shard.Sum(ids => (long)ids.Length);
            var kept = await TryKeepAsync(folder, path, shard, cancellationToken);
            if (kept)
            {
                Advance((int)tokens, shard.Count);
            }
            else
            {
                await CaptureAsync(folder, path, shard, Advance, cancellationToken);
            }

            references.Add(new ShardReference(path, tokens, shard.Count) { Sha256 = await HashAsync(folder, path, cancellationToken) });
            done = done with { Shards = references.Count, KeptShards = done.KeptShards + (kept ? 1 : 0) };
            progress?.Report(done);
        }

        if (references.Count == 0)
        {
            throw new InvalidInputException("the input", "has no tokens");
        }

        DeleteShards(folder, references.Count);
        var manifest = new DatasetManifest(
            DatasetManifest.SchemaName, _request.ModelBlob, _model.Config.Layers, _request.TokenizerBlob, references)
        {
            Backward = _request.Backward,
            ModelSha256 = _request.ModelSha256,
            TokenizerSha256 = _request.TokenizerSha256,
        };
        await WriteAsync(
            folder,
            DatasetManifest.FileName,
            async stream => await stream.WriteAsync(manifest.ToJson(), cancellationToken),
            cancellationToken);
        return manifest;

        void Advance(int tokens, int count)
        {
            done = done with { Tokens = done.Tokens + tokens, Sequences = done.Sequences + count };
            progress?.Report(done);
        }
    }

    private static string ShardPath(int index) => string.Create(CultureInfo.InvariantCulture, $"shards/{index:00000}.safetensors");

    private static void DeleteShards(ResultDirectory folder, int first)
    {
        folder.Delete(InProgress);
        for (var index = first; folder.Exists(ShardPath(index)); index++)
        {
            folder.Delete(ShardPath(index));
        }
    }

    private static void ValidateLoss(BackwardDescription? backward, Gpt2Config config)
    {
        if (backward is null)
        {
            return;
        }

        if (backward.Kind != BackwardKind.Loss)
        {
            throw new InvalidInputException("backward", "is of a trace; a capture records gradients of a loss");
        }

        if (backward.Loss == LossKind.LogitDifference && backward.Targets.Count == 0)
        {
            throw new InvalidInputException("backward", "is of a logit difference without target tokens; at least one is needed");
        }

        foreach (var token in (int[])[.. backward.Targets, .. backward.AntiTargets])
        {
            if (token < 0 || token >= config.Vocabulary)
            {
                throw new InvalidInputException(
                    $"target token {token}", $"is not in the vocabulary, which has the ids 0 to {config.Vocabulary - 1}");
            }
        }
    }

    private void ValidateSequence(int[] sequence)
    {
        var config = _model.Config;
        if (sequence.Length < 1 || sequence.Length > config.Positions)
        {
            throw new InvalidInputException("sequence", $"has {sequence.Length} tokens; the model takes 1 to {config.Positions}");
        }

        if (Array.FindIndex(sequence, id => id < 0 || id >= config.Vocabulary) is >= 0 and var wrong)
        {
            throw new InvalidInputException("sequence", $"has the id {sequence[wrong]}; the model knows 0 to {config.Vocabulary - 1}");
        }
    }

    private async IAsyncEnumerable<List<int[]>> ShardsAsync(
        IAsyncEnumerable<int[]> sequences, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shard = new List<int[]>();
        var tokens = 0L;
        await foreach (var sequence in sequences.WithCancellation(cancellationToken))
        {
            ValidateSequence(sequence);
            if (shard.Count > 0 && tokens + sequence.Length > _request.ShardTokens)
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

    private async Task<bool> TryKeepAsync(ResultDirectory folder, string path, List<int[]> shard, CancellationToken cancellationToken)
    {
        if (!folder.Exists(path))
        {
            return false;
        }

        var source = await folder.OpenAsync(path, cancellationToken);
        using var handle = source as IDisposable;
        SafetensorsFile? file = null;
        try
        {
            file = await SafetensorsFile.OpenAsync(source, cancellationToken);
            if (file.Metadata.GetValueOrDefault(FingerprintKey) != Fingerprint(shard))
            {
                return false;
            }

            Add(await NonFiniteCounts.ReadAsync(file, _request.Dtype, cancellationToken));
            return true;
        }
        catch (InvalidInputException) when (file is null)
        {
            // Someone else's file: replaced.
            return false;
        }
    }

    private static async Task<string> HashAsync(ResultDirectory folder, string path, CancellationToken cancellationToken)
    {
        // Rows are written in the order of batches, so the file's bytes are in order only once it is whole.
        var source = await folder.OpenAsync(path, cancellationToken);
        using var handle = source as IDisposable;
        return await ContentHash.Sha256Async(source, cancellationToken);
    }

    private void Add(NonFiniteCounts counts)
    {
        if (_request.Strict && counts.Findings is [var first, ..])
        {
            throw new InvalidInputException(first.Tensor, $"{first.Problem} (a strict capture records finite values alone)");
        }

        _counts.Add(counts);
    }

    private Task CaptureAsync(
        ResultDirectory folder, string path, List<int[]> shard, Action<int, int> recorded, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string> { [FingerprintKey] = Fingerprint(shard) };
        return WriteAsync(folder, path, WriteShardAsync, cancellationToken);

        async Task WriteShardAsync(Stream stream)
        {
            var counts = new NonFiniteCounts(_request.Dtype);
            await _shards.WriteAsync(stream, shard, metadata, counts, recorded, cancellationToken);
            Add(counts);
        }
    }

    /// <summary>Writes under a name of its own until the file is whole: what has its name can be relied on.</summary>
    private static async Task WriteAsync(ResultDirectory folder, string path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        await using (var stream = await folder.CreateAsync(InProgress, cancellationToken))
        {
            await write(stream);
            await stream.CompleteAsync(cancellationToken);
        }

        folder.Move(InProgress, path);
    }

    private string Fingerprint(List<int[]> shard) => CaptureFingerprint.Compute(_request, _plan.Tensors(shard), shard);
}

using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Models;
using AeServerless.Models.Configuration;

namespace AeServerless.Capture;

/// <summary>
/// Makes an activation dataset: sequences through a model, shard by shard into a folder, the manifest last. The same input gives the same
/// bytes. A capture that was interrupted is started again: shards that it left and that are made of the same are kept.
/// </summary>
public sealed class DatasetCapture
{
    private const string FingerprintKey = "capture";

    private readonly HookedModel _model;
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
    public DatasetCapture(HookedModel model, CaptureRequest request)
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
        ValidateLoss(request.Backward, model.Architecture);
        _model = model;
        _request = request;
        _plan = new CapturePlan(model, request);
        model.RequireFits(_plan.Request);
        _shards = new ShardCapture(model, _plan);
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
        var dataset = new DatasetFolder(folder);
        dataset.Begin(force);
        _counts = new NonFiniteCounts(_request.Dtype);
        var references = new List<ShardReference>();
        var done = default(CaptureProgress);
        await foreach (var shard in DatasetFolder.ShardsAsync(sequences.Select(Validated), _request.ShardTokens, cancellationToken))
        {
            var path = DatasetFolder.ShardPath(references.Count);
            var kept = await TryKeepAsync(dataset, path, shard, cancellationToken);
            if (kept)
            {
                Advance(shard.Sum(ids => ids.Length), shard.Count);
            }
            else
            {
                await CaptureAsync(dataset, path, shard, Advance, cancellationToken);
            }

            references.Add(await dataset.ReferenceAsync(path, shard, cancellationToken));
            done = done with { Shards = references.Count, KeptShards = done.KeptShards + (kept ? 1 : 0) };
            progress?.Report(done);
        }

        var manifest = new DatasetManifest(
            DatasetManifest.SchemaName, _request.ModelBlob, _model.Architecture.Layers.Count, _request.TokenizerBlob, references)
        {
            Backward = _request.Backward,
            ModelSha256 = _request.ModelSha256,
            TokenizerSha256 = _request.TokenizerSha256,
        };
        await dataset.EndAsync(manifest, cancellationToken);
        return manifest;

        void Advance(int tokens, int count)
        {
            done = done with { Tokens = done.Tokens + tokens, Sequences = done.Sequences + count };
            progress?.Report(done);
        }
    }

    private static void ValidateLoss(BackwardDescription? backward, Architecture config)
    {
        if (backward is null)
        {
            return;
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

    private int[] Validated(int[] sequence)
    {
        var config = _model.Architecture;
        if (sequence.Length < 1 || sequence.Length > config.Positions)
        {
            throw new InvalidInputException("sequence", $"has {sequence.Length} tokens; the model takes 1 to {config.Positions}");
        }

        return Array.FindIndex(sequence, id => id < 0 || id >= config.Vocabulary) is >= 0 and var wrong
            ? throw new InvalidInputException("sequence", $"has the id {sequence[wrong]}; the model knows 0 to {config.Vocabulary - 1}")
            : sequence;
    }

    private async Task<bool> TryKeepAsync(DatasetFolder folder, string path, List<int[]> shard, CancellationToken cancellationToken)
    {
        if (await folder.TryOpenAsync(path, cancellationToken) is not { } source)
        {
            return false;
        }

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

    private void Add(NonFiniteCounts counts)
    {
        if (_request.Strict && counts.Findings is [var first, ..])
        {
            throw new InvalidInputException(first.Tensor, $"{first.Problem} (a strict capture records finite values alone)");
        }

        _counts.Add(counts);
    }

    private Task CaptureAsync(
        DatasetFolder folder, string path, List<int[]> shard, Action<int, int> recorded, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string> { [FingerprintKey] = Fingerprint(shard) };
        return folder.WriteAsync(path, WriteShardAsync, cancellationToken);

        async Task WriteShardAsync(Stream stream)
        {
            var counts = new NonFiniteCounts(_request.Dtype);
            await _shards.WriteAsync(stream, shard, metadata, counts, recorded, cancellationToken);
            Add(counts);
        }
    }

    private string Fingerprint(List<int[]> shard) => CaptureFingerprint.Compute(_request, _plan.Tensors(shard), shard);
}

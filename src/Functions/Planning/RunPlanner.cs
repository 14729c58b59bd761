using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Planning;

/// <summary>Splits a run into chunks, finds their keys and writes the plan.</summary>
public sealed class RunPlanner(RunBasisReader reader, ManifestHashes hashes, ResultStore results)
{
    private const int Parallelism = 16;

    /// <summary>Plans a run.</summary>
    /// <exception cref="InvalidInputException">The run can't be done, for a reason that the message names.</exception>
    public async Task<GroupSizing> PlanAsync(string runId, CancellationToken cancellationToken)
    {
        var basis = await reader.ReadAsync(runId, cancellationToken);
        var unvouched = await hashes.CheckAsync(basis, cancellationToken);
        var chunks = await SplitAsync(basis, cancellationToken);
        if (chunks.Count == 0)
        {
            throw new InvalidInputException($"dataset {basis.Request.Dataset}", "has no sequences, so there is nothing to compute");
        }

        var tokens = chunks.Sum(chunk => (long)chunk.Range.Tokens);
        var sizing = GroupSizing.Decide(chunks.Count, tokens, basis.Request.ChunksInFlight);
        await WriteAsync(runId, basis, sizing, chunks, unvouched, cancellationToken);
        return sizing;
    }

    private async Task<List<PlannedChunk>> SplitAsync(RunBasis basis, CancellationToken cancellationToken)
    {
        var chunks = new List<PlannedChunk>();
        var keys = ChunkKeyBasis.Create(basis);
        var firstSequence = 0L;
        foreach (var batch in Enumerable.Range(0, basis.Manifest.Shards.Count).Chunk(Parallelism))
        {
            var shards = await Task.WhenAll(batch.Select(shard => reader.OpenShardAsync(basis, shard, cancellationToken)));
            foreach (var (index, shard) in batch.Zip(shards))
            {
                var path = basis.ShardPath(index);
                CheckTensors(basis, path, shard);
                var identity = basis.Inputs[path].Identity();
                foreach (var range in ChunkPlanner.Split(index, firstSequence, shard.SequenceLengths, basis.Request.ChunkTokens))
                {
                    var offset = (int)(range.FirstSequence - firstSequence);
                    var planned = new PlannedRange(
                        index, range.FirstRow, range.Tokens, range.FirstSequence, offset, range.SequenceLengths.Count);
                    chunks.Add(new PlannedChunk(keys.KeyOf(identity, planned), planned));
                }

                firstSequence += shard.SequenceLengths.Count;
            }
        }

        return chunks;
    }

    // The plan was made from the first shard: where another one differs, its rows could not be read as planned.
    private static void CheckTensors(RunBasis basis, string path, Shard shard)
    {
        foreach (var read in basis.Plan.Reads)
        {
            var entry = shard.File.Tensors.GetValueOrDefault(read.Tensor) ?? throw new InvalidInputException(
                path, $"has no tensor {read.Tensor}, but {basis.ShardPath(0)} has it: all shards of a dataset must have the same tensors");
            if (shard.Tokens > 0 && entry.Count / shard.Tokens != read.Width)
            {
                throw new InvalidInputException(
                    $"{path}, tensor {read.Tensor}",
                    $"has {entry.Count / shard.Tokens} values a token, but in {basis.ShardPath(0)} it has {read.Width}");
            }
        }
    }

    private async Task WriteAsync(
        string runId,
        RunBasis basis,
        GroupSizing sizing,
        List<PlannedChunk> chunks,
        IReadOnlyList<string> unvouched,
        CancellationToken cancellationToken)
    {
        ChunkGroup[] groups = [.. chunks.Chunk(sizing.GroupChunks).Select(group => new ChunkGroup(group))];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, groups.Length),
            options,
            async (group, token) => await results.WriteJsonAsync(RunPaths.Group(runId, group), groups[group], token));

        var plan = new RunPlan
        {
            Chunks = sizing.Chunks,
            Tokens = sizing.Tokens,
            Sequences = chunks.Sum(chunk => (long)chunk.Range.Sequences),
            GroupChunks = sizing.GroupChunks,
            Groups = [.. groups.Select(group => MergeTree.Root(group.Results()))],
            Shards = basis.Manifest.Shards,
            Unvouched = unvouched,
            Weights = [.. basis.Weights().Select(blob => blob.Path)],
            Sources = [.. basis.Plan.Sources.Select(source => ValueSource.From(source, basis.Plan))],
        };
        await results.WriteJsonAsync(RunPaths.Plan(runId), plan, cancellationToken);
    }
}

using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Exclusion;
using AeServerless.Engine.IO;
using AeServerless.Engine.Runtime;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;
using AeServerless.Models.Running;

namespace AeServerless.Functions.Chunks;

/// <summary>Computes a chunk of a run into files.</summary>
public sealed class ChunkWorker(RunBasisReader reader, ComputationPool pool, ChunkTracker tracker, EngineContext engine) : IDisposable
{
    private const int KeptMedianNorms = 256;

    // The engine uses every core it is given: a second chunk beside it would only slow both. What the gate leaves free to overlap with a
    // computation is the upload of the results before, and the reading of the first rows of the chunk after.
    private readonly SemaphoreSlim _engine = new(1);

    // Used by whoever holds the gate.
    private readonly Dictionary<(string Basis, Shard Shard), IReadOnlyDictionary<AutoencoderKey, double>> _medianNorms = [];

    /// <summary>Reads the chunk's rows, computes its results and writes their files.</summary>
    /// <returns>How latents were screened, see <see cref="ChunkComputation.Screenings"/>.</returns>
    /// <exception cref="InvalidInputException">An input has changed or can't be used.</exception>
    public async Task<IReadOnlyList<ScreeningFormat>> ComputeAsync(
        string runId, PlannedRange planned, IResultSink sink, CancellationToken cancellationToken)
    {
        var basis = await reader.ReadAsync(runId, cancellationToken);
        var shard = await reader.OpenShardAsync(basis, planned.Shard, cancellationToken);
        var range = Range(shard, planned);
        var tokens = LargeArrays<long>.Pool.Rent(range.Tokens);
        try
        {
            var tokenIds = tokens.AsMemory(0, range.Tokens);
            await shard.ReadTokensAsync(range.FirstRow, tokenIds, cancellationToken);
            return await ComputeAsync(runId, basis, shard, range, tokenIds, sink, cancellationToken);
        }
        finally
        {
            LargeArrays<long>.Pool.Return(tokens);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private async Task<IReadOnlyList<ScreeningFormat>> ComputeAsync(
        string runId,
        RunBasis basis,
        Shard shard,
        ChunkRange range,
        ReadOnlyMemory<long> tokenIds,
        IResultSink sink,
        CancellationToken cancellationToken)
    {
        using var lease = await pool.BorrowAsync(basis, cancellationToken);
        using var run = lease.Model is { } model ? new ModelRows(model, shard, basis.Plan.Runs, basis.Manifest.Backward, engine) : null;
        IRowSource rows = run is null ? new ShardRows(shard) : run;
        lease.Results.Prepare(tokenIds, await MarkAsync(basis, shard, rows, range, tokenIds, lease.Computation, cancellationToken));
        await lease.Computation.ReadAheadAsync(rows, range, cancellationToken);
        await _engine.WaitAsync(cancellationToken);
        var isMine = 1;
        void HandOver()
        {
            if (Interlocked.Exchange(ref isMine, 0) == 1)
            {
                _engine.Release();
            }
        }

        try
        {
            // The chunk after begins when nothing of this one is left to take: its first tiles are for the threads that are done before the
            // last.
            using var span = Telemetry.Source.StartActivity("compute");
            using var followed = tracker.Follow(runId, () => lease.Results.TokensTaken);
            await lease.Computation.ComputeAsync(rows, range, lease.Results, lastTileStarted: HandOver, cancellationToken);
        }
        finally
        {
            HandOver();
        }

        await lease.Results.CompleteAsync(sink, cancellationToken);
        return lease.Computation.Screenings;
    }

    /// <summary>Which tokens do not count. What the whole shard decides is found once a worker, not once a chunk.</summary>
    private async Task<ChunkMarks> MarkAsync(
        RunBasis basis,
        Shard shard,
        IRowSource rows,
        ChunkRange range,
        ReadOnlyMemory<long> tokenIds,
        ChunkComputation computation,
        CancellationToken cancellationToken)
    {
        var marker = new TokenMarker(computation);
        if (basis.Plan.NormAutoencoders.Count == 0)
        {
            return await marker.MarkAsync(shard, rows, range, tokenIds, ChunkMarks.None.MedianNorms, cancellationToken);
        }

        await _engine.WaitAsync(cancellationToken);
        try
        {
            var key = (ChunkKeyBasis.Create(basis).Hash, shard);
            if (!_medianNorms.TryGetValue(key, out var norms))
            {
                norms = await marker.MedianNormsAsync(shard, rows, cancellationToken);
                if (_medianNorms.Count == KeptMedianNorms)
                {
                    _medianNorms.Clear();
                }

                _medianNorms.Add(key, norms);
            }

            return await marker.MarkAsync(shard, rows, range, tokenIds, norms, cancellationToken);
        }
        finally
        {
            _engine.Release();
        }
    }

    private static ChunkRange Range(Shard shard, PlannedRange planned)
    {
        int[] lengths = [.. shard.SequenceLengths.Skip(planned.SequenceOffset).Take(planned.Sequences)];
        return lengths.Sum() == planned.Tokens && planned.FirstRow + planned.Tokens <= shard.Tokens
            ? new ChunkRange(planned.Shard, planned.FirstRow, planned.Tokens, planned.FirstSequence, lengths)
            : throw new InvalidInputException(
                shard.File.Source.Name, "does not have the sequences that the run was planned with. Start a run again");
    }
}

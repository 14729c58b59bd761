using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Settings;

namespace AeServerless.Functions.Chunks;

/// <summary>Computes a chunk of a run into files.</summary>
public sealed class ChunkWorker(PlanBasisReader reader, ComputationPool pool, AppSettings settings)
{
    /// <summary>Reads the chunk's rows, computes its results and writes their files.</summary>
    /// <exception cref="InvalidInputException">An input has changed or can't be used.</exception>
    public async Task ComputeAsync(string runId, PlannedRange planned, IResultSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(planned);
        var basis = await reader.ReadAsync(runId, cancellationToken);
        var shard = await reader.OpenShardAsync(basis, planned.Shard, cancellationToken);
        var range = Range(shard, planned);
        var tokens = new long[range.Tokens];
        await shard.ReadTokensAsync(range.FirstRow, tokens, cancellationToken);

        using var lease = await pool.BorrowAsync(basis, cancellationToken);
        using var writer = new ChunkResultWriter(
            basis.Plan.Outputs, basis.Plan.Recipe.Statistics, basis.Plan.Recipe.Outputs, tokens, settings.EngineThreads);
        using (Telemetry.Source.StartActivity("compute"))
        {
            await lease.Computation.ComputeAsync(shard, range, writer, cancellationToken);
        }

        await writer.CompleteAsync(sink, cancellationToken);
    }

    private static ChunkRange Range(Shard shard, PlannedRange planned)
    {
        int[] lengths = [.. shard.SequenceLengths.Skip(planned.SequenceOffset).Take(planned.Sequences)];
        return lengths.Sum() == planned.Tokens && planned.FirstRow + planned.Tokens <= shard.Tokens
            ? new ChunkRange(planned.Shard, planned.FirstRow, planned.Tokens, planned.FirstSequence, lengths)
            : throw new InvalidInputException(shard.File.Source.Name, "does not have the sequences that the run was planned with. Start a run again");
    }
}

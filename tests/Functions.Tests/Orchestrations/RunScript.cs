using System.Collections.Concurrent;
using AeServerless.Contracts;
using AeServerless.Functions.Chunks;
using AeServerless.Functions.Finishing;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Tests.Orchestrations;

/// <summary>What the activities of one run are to do, and what was asked of them.</summary>
internal sealed class RunScript
{
    public const int ChunkTokens = 100;

    private static readonly ConcurrentDictionary<string, RunScript> Scripts = new();

    private readonly ConcurrentQueue<(int Group, int Chunk)> _computed = new();
    private readonly ConcurrentQueue<MergeReference> _merged = new();
    private readonly Lock _gate = new();
    private int _running;

    public RunScript() => Scripts[RunId] = this;

    public string RunId { get; } = $"{Guid.NewGuid():N}";

    public Func<GroupSizing> SizePlan { get; init; } = () => new(Chunks: 4, Tokens: 400, GroupChunks: 4, GroupsInFlight: 1, GroupWindow: 4);

    public GroupSizing Plan => SizePlan();

    /// <summary>What is there of a group. All is missing where this says nothing else.</summary>
    public Func<GroupReference, GroupStart> Group { get; init; } = group =>
        new([.. Enumerable.Range(0, group.Chunks)], Reused: 0, ReusedTokens: 0, Merged: false);

    /// <summary>What becomes of a chunk at its n-th attempt.</summary>
    public Func<ChunkReference, int, Task<ChunkTotals>> Chunk { get; init; } = (_, _) => Task.FromResult(Computed);

    public Action<MergeReference> Merge { get; init; } = _ => { };

    public Func<FinishRequest, RunFigures> Finish { get; init; } = request => new(
        request.RunId, "", request.Totals.Computed + request.Totals.Reused, request.Totals.Computed, request.Totals.Reused,
        request.Totals.Tokens, 0);

    public static ChunkTotals Computed { get; } = new() { Computed = 1, Tokens = ChunkTokens, ComputeSeconds = 1 };

    /// <summary>Every attempt at a chunk, in order.</summary>
    public IReadOnlyCollection<(int Group, int Chunk)> Attempts => _computed;

    public IReadOnlyCollection<MergeReference> Merges => _merged;

    /// <summary>The most chunks that were under way at a time.</summary>
    public int MostRunning { get; private set; }

    public static RunScript Of(string runId) => Scripts[runId];

    public async Task<ChunkTotals> ComputeAsync(ChunkReference chunk)
    {
        int attempt;
        lock (_gate)
        {
            _computed.Enqueue((chunk.Group, chunk.Chunk));
            attempt = _computed.Count(other => other == (chunk.Group, chunk.Chunk));
            MostRunning = Math.Max(MostRunning, ++_running);
        }

        try
        {
            return await Chunk(chunk, attempt);
        }
        finally
        {
            lock (_gate)
            {
                _running--;
            }
        }
    }

    public void MergeOne(MergeReference node)
    {
        _merged.Enqueue(node);
        Merge(node);
    }
}

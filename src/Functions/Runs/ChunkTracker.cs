using System.Collections.Concurrent;

namespace AeServerless.Functions.Runs;

/// <summary>
/// How far the chunks have come that this process computes: what is shown between one stored chunk and the next. A local host computes and
/// answers in one process; where others compute, progress moves by whole chunks.
/// </summary>
public sealed class ChunkTracker
{
    private readonly ConcurrentDictionary<object, (string RunId, Func<long> Tokens)> _underWay = [];
    private readonly ConcurrentDictionary<string, (DateTime Since, long Tokens)> _shown = [];

    /// <summary>Counts a chunk in, until what is returned is disposed.</summary>
    /// <param name="runId">Its run.</param>
    /// <param name="tokens">Tells, at any time, how many of its tokens are computed.</param>
    public IDisposable Follow(string runId, Func<long> tokens)
    {
        var chunk = new FollowedChunk(this);
        _underWay[chunk] = (runId, tokens);
        return chunk;
    }

    /// <summary>Tokens of a run's chunks under way.</summary>
    public long TokensOf(string runId) => _underWay.Values.Where(chunk => chunk.RunId == runId).Sum(chunk => chunk.Tokens());

    /// <summary>
    /// The most tokens that were shown of a run so far. Between the end of a chunk and the moment when its group counts it, fewer are known
    /// to be done than were.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="since">When it began to compute: started again, it counts from the beginning.</param>
    /// <param name="tokens">Tokens that are known to be done.</param>
    public long AtLeastShown(string runId, DateTime since, long tokens) => _shown.AddOrUpdate(
        runId,
        (since, tokens),
        (_, before) => before.Since == since ? (since, Math.Max(before.Tokens, tokens)) : (since, tokens)).Tokens;

    /// <summary>Forgets a run that computes no more.</summary>
    public void Forget(string runId) => _shown.TryRemove(runId, out _);

    private sealed class FollowedChunk(ChunkTracker tracker) : IDisposable
    {
        public void Dispose() => tracker._underWay.TryRemove(this, out _);
    }
}

using System.Collections.Concurrent;
using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Results.Summary;

/// <summary>
/// Reads the tokens around examples from the dataset's shards: each sequence once, and those of small shards all at once, as long as they
/// take little memory. For the writing of one summary: what failed once is not tried again, and whoever waits for the same rows is
/// cancelled together.
/// </summary>
/// <param name="open">Opens a shard by its index in the manifest.</param>
/// <param name="decode">The text of a token, or <see langword="null"/> to leave texts out.</param>
/// <param name="before">Tokens before the example. The default is 16.</param>
/// <param name="after">Tokens after it. The default is 8.</param>
public sealed class ShardContextSource(
    Func<int, CancellationToken, Task<Shard>> open, Func<long, string>? decode = null, int before = 16,
    int after = 8) : IExampleContextSource
{
    private const long TokensOfSmallShard = 1 << 16;
    private const long TokensKept = 1 << 23;

    private readonly ConcurrentDictionary<int, Lazy<Task<OpenShard>>> _shards = [];
    private readonly ConcurrentDictionary<(int Shard, int Sequence), Lazy<Task<ReadOnlyMemory<long>>>> _sequences = [];
    private long _asked;

    /// <inheritdoc/>
    public async ValueTask<ExampleContext> ReadAsync(int shard, int shardSequence, int position, CancellationToken cancellationToken)
    {
        var tokens = await _sequences.GetOrAdd(
            (shard, shardSequence), key => new(() => ReadSequenceAsync(key.Shard, key.Sequence, cancellationToken))).Value;
        var first = Math.Max(0, position - before);
        var window = tokens[first..Math.Min(tokens.Length, position + after + 1)].ToArray();
        return new ExampleContext(first, window, decode is null ? null : Array.ConvertAll(window, id => decode(id)));
    }

    private async Task<ReadOnlyMemory<long>> ReadSequenceAsync(int index, int sequence, CancellationToken cancellationToken)
    {
        var opened = await _shards.GetOrAdd(index, key => new(() => OpenAsync(key, cancellationToken))).Value;
        var (start, length) = (opened.Starts[sequence], opened.Shard.SequenceLengths[sequence]);
        if (opened.Tokens is { } all)
        {
            return all.AsMemory((int)start, length);
        }

        var tokens = new long[length];
        await opened.Shard.ReadTokensAsync(start, tokens, cancellationToken);
        return tokens;
    }

    private async Task<OpenShard> OpenAsync(int index, CancellationToken cancellationToken)
    {
        var shard = await open(index, cancellationToken);
        var starts = new long[shard.SequenceLengths.Count + 1];
        for (var i = 0; i < shard.SequenceLengths.Count; i++)
        {
            starts[i + 1] = starts[i] + shard.SequenceLengths[i];
        }

        if (shard.Tokens > TokensOfSmallShard || Interlocked.Add(ref _asked, shard.Tokens) > TokensKept)
        {
            return new OpenShard(shard, starts, Tokens: null);
        }

        var tokens = new long[shard.Tokens];
        await shard.ReadTokensAsync(0, tokens, cancellationToken);
        return new OpenShard(shard, starts, tokens);
    }

    private sealed record OpenShard(Shard Shard, long[] Starts, long[]? Tokens);
}

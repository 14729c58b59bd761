using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Results.Summary;

/// <summary>Reads the tokens around examples from the dataset's shards. Each sequence is read once. Not for concurrent use.</summary>
/// <param name="open">Opens a shard by its index in the manifest.</param>
/// <param name="decode">The text of a token, or <see langword="null"/> to leave texts out.</param>
/// <param name="before">Tokens before the example. The default is 16.</param>
/// <param name="after">Tokens behind it. The default is 8.</param>
public sealed class ShardContextSource(
    Func<int, CancellationToken, Task<Shard>> open, Func<long, string>? decode = null, int before = 16, int after = 8) : IExampleContextSource
{
    private readonly Dictionary<int, (Shard Shard, long[] Starts)> _shards = [];
    private readonly Dictionary<(int Shard, int Sequence), long[]> _sequences = [];

    /// <inheritdoc/>
    public async ValueTask<ExampleContext> ReadAsync(int shard, int shardSequence, int position, CancellationToken cancellationToken)
    {
        if (!_sequences.TryGetValue((shard, shardSequence), out var tokens))
        {
            _sequences.Add((shard, shardSequence), tokens = await ReadSequenceAsync(shard, shardSequence, cancellationToken));
        }

        var first = Math.Max(0, position - before);
        var window = tokens[first..Math.Min(tokens.Length, position + after + 1)];
        return new ExampleContext(first, window, decode is null ? null : Array.ConvertAll(window, id => decode(id)));
    }

    private async Task<long[]> ReadSequenceAsync(int index, int sequence, CancellationToken cancellationToken)
    {
        if (!_shards.TryGetValue(index, out var opened))
        {
            var shard = await open(index, cancellationToken);
            var starts = new long[shard.SequenceLengths.Count + 1];
            for (var i = 0; i < shard.SequenceLengths.Count; i++)
            {
                starts[i + 1] = starts[i] + shard.SequenceLengths[i];
            }

            _shards.Add(index, opened = (shard, starts));
        }

        var tokens = new long[opened.Shard.SequenceLengths[sequence]];
        await opened.Shard.ReadTokensAsync(opened.Starts[sequence], tokens, cancellationToken);
        return tokens;
    }
}

using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Tensors;

namespace AeServerless.Exports.Runs;

/// <summary>The token ids in a dataset's shards: the tensor <c>tokens</c> of each, end to end.</summary>
/// <param name="shards">Tokens of each shard in the order of the manifest, and what opens it.</param>
public sealed class ShardTokenIds(IReadOnlyList<(long Tokens, Func<CancellationToken, ValueTask<SafetensorsFile>> Open)> shards) : ITokenIds
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<int, SafetensorsFile> _open = [];

    /// <inheritdoc/>
    public long Count { get; } = shards.Sum(shard => shard.Tokens);

    /// <inheritdoc/>
    public async ValueTask ReadAsync(long first, Memory<int> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + destination.Length, Count);
        for (var shard = 0; destination.Length > 0; shard++)
        {
            var tokens = shards[shard].Tokens;
            if (first >= tokens)
            {
                first -= tokens;
                continue;
            }

            var count = (int)Math.Min(destination.Length, tokens - first);
            await ReadAsync(await OpenAsync(shard, cancellationToken), first, destination[..count], cancellationToken);
            destination = destination[count..];
            first = 0;
        }
    }

    private static async ValueTask ReadAsync(SafetensorsFile file, long first, Memory<int> destination, CancellationToken cancellationToken)
    {
        var ids = new long[destination.Length];
        await TokenIds.ReadAsync(file, first, ids, cancellationToken);
        for (var i = 0; i < ids.Length; i++)
        {
            destination.Span[i] = ids[i] is >= 0 and <= int.MaxValue
                ? (int)ids[i]
                : throw new InvalidInputException(file.Source.Name, $"tokens has the id {ids[i]}; ids are 0 to {int.MaxValue}");
        }
    }

    private async ValueTask<SafetensorsFile> OpenAsync(int shard, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_open.TryGetValue(shard, out var file))
            {
                // Reads go forward: of a dataset with many shards only a few are open.
                const int MostOpen = 16;
                if (_open.Count >= MostOpen)
                {
                    var oldest = _open.Keys.Min();
                    _open.Remove(oldest, out var closing);
                    (closing!.Source as IDisposable)?.Dispose();
                }

                _open.Add(shard, file = await shards[shard].Open(cancellationToken));
            }

            return file;
        }
        finally
        {
            _gate.Release();
        }
    }
}

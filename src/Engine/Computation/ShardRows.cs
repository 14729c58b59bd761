using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Computation;

/// <summary>Rows of a shard's tensors.</summary>
/// <param name="shard">The shard.</param>
public sealed class ShardRows(Shard shard) : IRowSource
{
    /// <summary>The shard.</summary>
    public Shard Shard { get; } = shard;

    /// <inheritdoc />
    public async ValueTask ReadRowsAsync(
        string tensor, int width, long firstRow, Memory<float> destination, CancellationToken cancellationToken)
    {
        if (tensor == TensorNames.Tokens)
        {
            await ReadTokensAsync(firstRow, destination, cancellationToken);
            return;
        }

        var entry = Shard.File.GetTensor(tensor);
        if (entry.RowWidth != width)
        {
            throw new InvalidInputException(
                $"{Shard.File.Source.Name}, tensor {tensor}", $"it has {entry.RowWidth} values a token; other shards have {width}");
        }

        await Shard.File.ReadRowsAsync(entry, firstRow, destination, cancellationToken);
    }

    // float32 holds every token id exactly: no vocabulary has 2^24 tokens.
    private async ValueTask ReadTokensAsync(long firstRow, Memory<float> destination, CancellationToken cancellationToken)
    {
        var tokens = new long[destination.Length];
        await Shard.ReadTokensAsync(firstRow, tokens, cancellationToken);
        for (var i = 0; i < tokens.Length; i++)
        {
            destination.Span[i] = tokens[i];
        }
    }
}

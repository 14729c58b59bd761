using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Derivation;

/// <summary>Rows of a shard's tensors.</summary>
/// <param name="shard">The shard.</param>
public sealed class ShardRows(Shard shard) : IRowSource
{
    /// <inheritdoc />
    public ValueTask ReadRowsAsync(string tensor, int width, long firstRow, Memory<float> destination, CancellationToken cancellationToken)
    {
        if (tensor == TensorNames.Tokens)
            return ReadTokensAsync(firstRow, destination, cancellationToken);
        var entry = shard.File.Require(tensor);
        return entry.RowWidth == width
            ? shard.File.ReadRowsAsync(entry, firstRow, destination, cancellationToken)
            : throw new InvalidInputException($"{shard.File.Source.Name}, tensor {tensor}", $"it has {entry.RowWidth} values a token; other shards have {width}");
    }

    // float32 holds every token id exactly: no vocabulary has 2^24 tokens.
    private async ValueTask ReadTokensAsync(long firstRow, Memory<float> destination, CancellationToken cancellationToken)
    {
        var tokens = new long[destination.Length];
        await shard.ReadTokensAsync(firstRow, tokens, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < tokens.Length; i++)
            destination.Span[i] = tokens[i];
    }
}

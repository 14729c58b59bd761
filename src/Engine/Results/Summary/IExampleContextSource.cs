namespace AeServerless.Engine.Results.Summary;

/// <summary>Knows the tokens around examples; it may be asked for several at once.</summary>
public interface IExampleContextSource
{
    /// <summary>The tokens around a position.</summary>
    /// <param name="shard">Index of the shard in the manifest.</param>
    /// <param name="shardSequence">Index of the sequence in the shard.</param>
    /// <param name="position">Position in the sequence.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    ValueTask<ExampleContext> ReadAsync(int shard, int shardSequence, int position, CancellationToken cancellationToken);
}

namespace AeServerless.Exports.Runs;

/// <summary>The token ids of a dataset, all sequences end to end. Safe for concurrent use.</summary>
public interface ITokenIds
{
    /// <summary>Number of tokens.</summary>
    long Count { get; }

    /// <summary>Reads ids that follow each other.</summary>
    /// <param name="first">Index of the first token.</param>
    /// <param name="destination">Receives the ids; its length says how many.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    ValueTask ReadAsync(long first, Memory<int> destination, CancellationToken cancellationToken);
}

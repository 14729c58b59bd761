namespace AeServerless.Exports.Runs;

/// <summary>Token ids in memory.</summary>
/// <param name="ids">The ids of all sequences end to end; not copied.</param>
public sealed class MemoryTokenIds(ReadOnlyMemory<int> ids) : ITokenIds
{
    /// <inheritdoc/>
    public long Count => ids.Length;

    /// <inheritdoc/>
    public ValueTask ReadAsync(long first, Memory<int> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ids.Slice(checked((int)first), destination.Length).CopyTo(destination);
        return ValueTask.CompletedTask;
    }
}

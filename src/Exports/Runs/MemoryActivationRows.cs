namespace AeServerless.Exports.Runs;

/// <summary>Activations in memory.</summary>
/// <param name="rows"><c>[tokens, width]</c>, row by row.</param>
/// <param name="width">Width of a row.</param>
public sealed class MemoryActivationRows(ReadOnlyMemory<float> rows, int width) : IActivationRows
{
    /// <inheritdoc/>
    public int Width => width;

    /// <inheritdoc/>
    public ValueTask ReadAsync(long first, Memory<float> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        rows.Slice(checked((int)(first * width)), destination.Length).CopyTo(destination);
        return ValueTask.CompletedTask;
    }
}

namespace AeServerless.Exports.Runs;

/// <summary>Activations at an autoencoder's hook, <c>[tokens, width]</c>, all sequences end to end.</summary>
public interface IActivationRows
{
    /// <summary>Width of a row.</summary>
    int Width { get; }

    /// <summary>Reads rows that follow each other.</summary>
    /// <param name="first">The first token.</param>
    /// <param name="destination">Rows × width; its length says how many.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    ValueTask ReadAsync(long first, Memory<float> destination, CancellationToken cancellationToken);
}

namespace AeServerless.Exports.Runs;

/// <summary>Directions in memory.</summary>
/// <param name="decoder"><c>[latents, width]</c>, row by row.</param>
/// <param name="width">Width of a row.</param>
/// <param name="unembedding"><c>[width, vocabulary]</c>, row by row; empty where there is none.</param>
public sealed class MemoryDirections(ReadOnlyMemory<float> decoder, int width, ReadOnlyMemory<float> unembedding) : ILatentDirections
{
    /// <inheritdoc/>
    public int Width => width;

    /// <inheritdoc/>
    public ReadOnlyMemory<float> Unembedding => unembedding;

    /// <inheritdoc/>
    public ReadOnlySpan<float> Row(int latent) => decoder.Span.Slice(latent * width, width);
}

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>What a token's columns apart add to a block's products.</summary>
/// <param name="elements">The token's elements in these columns; empty where none is apart. [columns]</param>
/// <param name="weights">Weights from the block's first latent on. [columns, latents]</param>
/// <param name="stride">From one column's weights to the next's.</param>
internal readonly ref struct ScannedColumns(ReadOnlySpan<float> elements, ReadOnlySpan<float> weights, int stride)
{
    public ReadOnlySpan<float> Elements { get; } = elements;

    public ReadOnlySpan<float> Weights { get; } = weights;

    public int Stride => stride;
}

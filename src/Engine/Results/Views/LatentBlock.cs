namespace AeServerless.Engine.Results.Views;

/// <summary>The latents of consecutive tokens.</summary>
/// <param name="FirstToken">The first token.</param>
/// <param name="Starts">Where each token's latents start, and where the last token's end. [tokens + 1]</param>
/// <param name="Latents">Their indices.</param>
/// <param name="Values">Their values; empty where they are vectors or were not asked for.</param>
/// <param name="Excluded">Why a token does not count, 0 where it does; empty where all do. [tokens]</param>
internal sealed record LatentBlock(
    long FirstToken, int[] Starts, ReadOnlyMemory<int> Latents, ReadOnlyMemory<float> Values, byte[] Excluded)
{
    /// <summary>How many tokens.</summary>
    public int Tokens => Starts.Length - 1;

    /// <summary>Whether a token counts.</summary>
    public bool Counts(int token) => Excluded.Length == 0 || Excluded[token] == 0;

    /// <summary>A token's latents.</summary>
    public ReadOnlySpan<int> Of(int token) => Latents.Span[Starts[token]..Starts[token + 1]];
}

namespace AeServerless.Exports.Profiles;

/// <summary>A stretch of a sequence around a token.</summary>
/// <param name="FirstRow">The row of the first token.</param>
/// <param name="Ids">Token ids.</param>
/// <param name="Values">The latent's value at each.</param>
/// <param name="Peak">Which of the tokens it is about; −1 where that is the one before the first.</param>
internal sealed record Context(long FirstRow, int[] Ids, float[] Values, int Peak);

namespace AeServerless.Exports.Latents;

/// <summary>Takes the values of a set of scalars in the order of tokens.</summary>
internal interface IEntryVisitor
{
    /// <summary>Takes the values of a latent at a token.</summary>
    /// <param name="latent">The latent.</param>
    /// <param name="row">The token's row.</param>
    /// <param name="token">The token's id; −1 where ids are not read.</param>
    /// <param name="present">A bit for each scalar that has a value here.</param>
    /// <param name="values">A value for each scalar; 0 where it has none.</param>
    void Add(int latent, long row, int token, uint present, ReadOnlySpan<float> values);
}

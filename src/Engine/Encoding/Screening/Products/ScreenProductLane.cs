namespace AeServerless.Engine.Encoding.Screening.Products;

/// <summary>One thread's tokens and products.</summary>
internal abstract unsafe class ScreenProductLane<TIn, TOut> : IDisposable
    where TIn : unmanaged
    where TOut : unmanaged
{
    /// <summary>Where a token's rounded row goes. [input]</summary>
    public abstract Span<TIn> Row(int row);

    /// <summary>Says that a token's row is in place.</summary>
    public virtual void Complete(int row)
    {
    }

    /// <summary>Products of some tokens by one block of latents; valid until the next call.</summary>
    /// <param name="block">Index of the block.</param>
    /// <param name="first">First token, a multiple of <see cref="ScreenProduct{TIn, TOut}.TokenBlock"/>.</param>
    /// <param name="rows">Number of tokens, at most a block of them.</param>
    /// <returns>[rows, latents of the block]</returns>
    public abstract TOut* Multiply(int block, int first, int rows);

    public abstract void Dispose();
}

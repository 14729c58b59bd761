namespace AeServerless.Engine.Encoding.Screening.Products;

/// <summary>An encoder's rounded weights, and a way to multiply tokens with them.</summary>
/// <typeparam name="TIn">Element of the factors.</typeparam>
/// <typeparam name="TOut">Element of the product.</typeparam>
internal abstract class ScreenProduct<TIn, TOut> : IDisposable
    where TIn : unmanaged
    where TOut : unmanaged
{
    /// <summary>The largest magnitude of a token's element, of integers.</summary>
    public virtual int LargestToken => 0;

    /// <summary>The largest magnitude of a weight's element, of integers.</summary>
    public virtual int LargestWeight => 0;

    /// <summary>Tokens whose products are scanned together.</summary>
    public abstract int TokenBlock { get; }

    /// <summary>Takes a latent's rounded row; several threads may bring different ones.</summary>
    public abstract void Store(int latent, ReadOnlySpan<TIn> row);

    /// <summary>Buffers of one thread.</summary>
    /// <param name="tokens">Most tokens of a tile.</param>
    public abstract ScreenProductLane<TIn, TOut> CreateLane(int tokens);

    public abstract void Dispose();
}

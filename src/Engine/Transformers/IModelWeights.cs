namespace AeServerless.Engine.Transformers;

/// <summary>
/// The weights of a model that plans compute with, of whatever family. Each call reads what it returns, and nothing else.
/// </summary>
public interface IModelWeights : IDisposable
{
    /// <summary>What each unit of a sublayer writes, before a norm behind it: W_O or W_out, <c>[units, d_model]</c>.</summary>
    Task<float[]> OutputAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken);

    /// <summary>The output bias, <c>[d_model]</c>; zeros where there is none.</summary>
    Task<float[]> OutputBiasAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken);

    /// <summary>What the norm behind a sublayer multiplies by, <c>[d_model]</c>; for models that have one.</summary>
    Task<float[]> PostNormAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken);

    /// <summary>The layer's functions of the residual stream.</summary>
    Task<ITransformerBlock> BlockAsync(int layer, CancellationToken cancellationToken);
}

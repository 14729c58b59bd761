using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Computation;

/// <summary>
/// Takes a chunk's results as they are computed, tile by tile, in the order of tokens; of a tile, autoencoders' metrics come first. Spans
/// and tiles are only valid during the call: they are reused for the next tile. All calls come from one thread at a time.
/// </summary>
public interface IChunkConsumer
{
    /// <summary>The chunk starts; called once, before anything else.</summary>
    void Begin(ChunkRange range);

    /// <summary>Values of a <see cref="DerivedShape.Latents"/> output.</summary>
    /// <param name="output">The output.</param>
    /// <param name="firstRow">The tile's first token, counted from the chunk's first.</param>
    /// <param name="tile">Active latents with their values.</param>
    void Sparse(DerivedOutput output, int firstRow, SparseLatents tile);

    /// <summary>Vectors of a <see cref="DerivedShape.LatentVectors"/> output.</summary>
    /// <param name="output">The output.</param>
    /// <param name="firstRow">The tile's first token, counted from the chunk's first.</param>
    /// <param name="tile">Which latents have a vector, token by token.</param>
    /// <param name="vectors"><c>[tile.Count, output.VectorWidth]</c>.</param>
    void Vectors(DerivedOutput output, int firstRow, SparseLatents tile, ReadOnlySpan<float> vectors);

    /// <summary>Values of a dense output.</summary>
    /// <param name="output">The output.</param>
    /// <param name="firstRow">The tile's first token, counted from the chunk's first.</param>
    /// <param name="tokens">Tokens in the tile.</param>
    /// <param name="values"><c>[tokens, output.Width]</c>.</param>
    void Dense(DerivedOutput output, int firstRow, int tokens, ReadOnlySpan<float> values);

    /// <summary>Token metrics of an autoencoder that the plan encodes with.</summary>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="firstRow">The tile's first token, counted from the chunk's first.</param>
    /// <param name="tile">Metrics of the tile's tokens.</param>
    void Tokens(AutoencoderKey autoencoder, int firstRow, in TokenMetricsTile tile);

    /// <summary>Tokens of the tile have no values in <paramref name="output"/>; called only where there are some.</summary>
    /// <param name="output">The output.</param>
    /// <param name="reason">Why.</param>
    /// <param name="firstRow">The tile's first token, counted from the chunk's first.</param>
    /// <param name="tokens">Which, counted from the tile's first; at least 1.</param>
    void Excluded(DerivedOutput output, ExclusionReason reason, int firstRow, ReadOnlySpan<int> tokens);
}

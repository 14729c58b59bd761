using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;
using static TorchSharp.torch;

namespace AeServerless.Bench;

/// <summary>Takes results; where it is given dense tensors, compares with them.</summary>
/// <param name="expected">Scalar names with dense values, or none.</param>
internal sealed class ComparingConsumer(IReadOnlyDictionary<string, Tensor>? expected = null) : IChunkConsumer
{
    /// <summary>Largest difference of each scalar, relative to its largest magnitude.</summary>
    public Dictionary<string, double> Worst { get; } = [];

    /// <summary>Non-zeros taken.</summary>
    public long NonZeros { get; private set; }

    public void Begin(ChunkRange range)
    {
    }

    public void Sparse(DerivedOutput output, int firstRow, SparseLatents tile)
    {
        NonZeros += tile.Count;
        if (expected is null)
        {
            return;
        }

        var dense = new float[tile.Tokens * output.Width];
        for (var token = 0; token < tile.Tokens; token++)
        {
            for (var i = tile.RowStarts[token]; i < tile.RowStarts[token + 1]; i++)
            {
                dense[(token * output.Width) + tile.Latents[i]] = tile.Values[i];
            }
        }

        Compare(output.Scalar, firstRow, tile.Tokens, dense);
    }

    public void Vectors(DerivedOutput output, int firstRow, SparseLatents tile, ReadOnlySpan<float> vectors)
    {
    }

    public void Dense(DerivedOutput output, int firstRow, int tokens, ReadOnlySpan<float> values)
    {
        if (expected is not null)
        {
            Compare(output.Scalar, firstRow, tokens, values.ToArray());
        }
    }

    public void Tokens(AutoencoderKey autoencoder, int firstRow, in TokenMetricsTile tile)
    {
    }

    public void Excluded(DerivedOutput output, ExclusionReason reason, int firstRow, ReadOnlySpan<int> tokens) =>
        throw new InvalidOperationException($"{tokens.Length} tokens excluded: {reason}.");

    private void Compare(string scalar, int firstRow, int tokens, float[] dense)
    {
        using var scope = NewDisposeScope();
        var reference = expected![scalar].narrow(0, firstRow, tokens);
        var difference = (reference - tensor(dense, tokens, dense.Length / tokens)).abs().max() / reference.abs().max();
        Worst[scalar] = Math.Max(Worst.GetValueOrDefault(scalar), difference.item<float>());
    }
}

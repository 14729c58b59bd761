using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Exclusion;

/// <summary>L2 norms of the rows that autoencoders read. A norm depends on its row alone, so on no chunk and no tile.</summary>
/// <param name="plan">A plan whose outputs are what the autoencoders read, see <see cref="DerivationPlan.AutoencoderInputs"/>.</param>
internal sealed class TokenNorms(DerivationPlan plan) : IChunkConsumer
{
    private readonly Dictionary<AutoencoderKey, double[]> _norms = [];

    /// <summary>The norms of the last chunk; not a number where a value is not finite. [tokens]</summary>
    public IReadOnlyDictionary<AutoencoderKey, double[]> OfChunk => _norms;

    public void Begin(ChunkRange range)
    {
        foreach (var output in plan.Outputs)
        {
            _norms[output.Autoencoder!.Value] = new double[range.Tokens];
        }
    }

    public void Dense(DerivedOutput output, int firstRow, int tokens, ReadOnlySpan<float> values)
    {
        var norms = _norms[output.Autoencoder!.Value];
        for (var token = 0; token < tokens; token++)
        {
            norms[firstRow + token] = Math.Sqrt(FixedOrder.SquaredNorm(values.Slice(token * output.Width, output.Width)));
        }
    }

    public void Excluded(DerivedOutput output, ExclusionReason reason, int firstRow, ReadOnlySpan<int> tokens)
    {
        var norms = _norms[output.Autoencoder!.Value];
        foreach (var token in tokens)
        {
            norms[firstRow + token] = double.NaN;
        }
    }

    public void Sparse(DerivedOutput output, int firstRow, SparseLatents tile) => throw Unexpected(output);

    public void Vectors(DerivedOutput output, int firstRow, SparseLatents tile, ReadOnlySpan<float> vectors) => throw Unexpected(output);

    public void Tokens(AutoencoderKey autoencoder, int firstRow, in TokenMetricsTile tile) =>
        throw new InvalidOperationException($"A plan of inputs has no metrics of {autoencoder}.");

    private static InvalidOperationException Unexpected(DerivedOutput output) => new($"{output.Scalar} is not what an autoencoder reads.");
}

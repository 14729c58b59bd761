namespace AeServerless.Models.Weights;

/// <summary>The weights of one layer.</summary>
internal sealed class LayerWeights : IDisposable
{
    /// <summary>Null where attention reads the residual stream itself.</summary>
    public NormWeights? AttentionNorm { get; init; }

    /// <summary>Rows of all queries, then all keys, then all values.</summary>
    public required Linear QueryKeyValue { get; init; }

    public NormWeights? QueryNorm { get; init; }

    public NormWeights? KeyNorm { get; init; }

    public required Linear AttentionOut { get; init; }

    public NormWeights? PostAttentionNorm { get; init; }

    /// <summary>Null where the MLP reads the residual stream itself.</summary>
    public NormWeights? MlpNorm { get; init; }

    /// <summary>Null where neurons have no gates.</summary>
    public Linear? Gate { get; init; }

    public required Linear MlpIn { get; init; }

    public required Linear MlpOut { get; init; }

    public NormWeights? PostMlpNorm { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in (IDisposable?[])[
            AttentionNorm, QueryKeyValue, QueryNorm, KeyNorm, AttentionOut, PostAttentionNorm, MlpNorm, Gate, MlpIn, MlpOut, PostMlpNorm])
        {
            part?.Dispose();
        }
    }
}

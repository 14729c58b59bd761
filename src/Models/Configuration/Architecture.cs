namespace AeServerless.Models.Configuration;

/// <summary>Everything that the forward pass of a decoder-only transformer depends on, but for its weights.</summary>
public sealed record Architecture
{
    /// <summary>The configuration's <c>model_type</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>Width of the residual stream, d_model.</summary>
    public required int Width { get; init; }

    /// <summary>Query heads of a layer.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads of a layer; each serves Heads / KeyValueHeads query heads in a row.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of one head.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>Neurons of a layer's MLP, d_ff.</summary>
    public required int MlpWidth { get; init; }

    /// <summary>Number of token ids: rows of the embedding.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>
    /// The longest sequence that the configuration speaks of. A bound with learned positions; with rotary ones what the model was trained
    /// for.
    /// </summary>
    public required int Positions { get; init; }

    /// <summary>The layers.</summary>
    public required IReadOnlyList<LayerArchitecture> Layers { get; init; }

    /// <summary>Whether a position has an embedding of its own; else positions are rotary.</summary>
    public bool LearnedPositions { get; init; }

    /// <summary>What token embeddings are multiplied by.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>Kind of all norms.</summary>
    public required NormKind Norm { get; init; }

    /// <summary>What norms add to the variance or mean square.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>Whether norms have weights.</summary>
    public bool NormWeights { get; init; } = true;

    /// <summary>Whether norms have biases.</summary>
    public bool NormBiases { get; init; }

    /// <summary>Whether norms multiply by 1 + weight.</summary>
    public bool NormWeightsPlusOne { get; init; }

    /// <summary>Whether attention and MLP read the residual stream through a norm.</summary>
    public bool PreNorms { get; init; } = true;

    /// <summary>Whether what attention and MLP add to the residual stream passes a norm.</summary>
    public bool PostNorms { get; init; }

    /// <summary>Whether the MLP reads the residual stream before attention.</summary>
    public bool ParallelResidual { get; init; }

    /// <summary>Norms of queries and keys.</summary>
    public QueryKeyNorm QueryKeyNorm { get; init; }

    /// <summary>Bound of the absolute values of queries, keys and values; null for none.</summary>
    public double? ClipQueryKeyValue { get; init; }

    /// <summary>Scores become <c>cap · tanh(score / cap)</c>; null for none.</summary>
    public double? ScoreCap { get; init; }

    /// <summary>Logits become <c>cap · tanh(logit / cap)</c>; null for none.</summary>
    public double? LogitCap { get; init; }

    /// <summary>Whether the MLP multiplies neurons by gates.</summary>
    public bool GatedMlp { get; init; } = true;

    /// <summary>The activation function of the MLP.</summary>
    public required ActivationFunction Activation { get; init; }

    /// <summary>Whether queries, keys and values have biases.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether attention's output projection has a bias.</summary>
    public bool AttentionOutputBias { get; init; }

    /// <summary>Whether the MLP's matrices have biases.</summary>
    public bool MlpBias { get; init; }

    /// <summary>Whether logits come from the token embedding where the file has no head of its own.</summary>
    public bool TiedEmbeddings { get; init; }
}

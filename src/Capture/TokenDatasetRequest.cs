using AeServerless.Engine.Datasets;

namespace AeServerless.Capture;

/// <summary>What the manifest of a dataset of tokens says.</summary>
public sealed record TokenDatasetRequest
{
    /// <summary>Tokens of a shard where nothing else is said.</summary>
    public const int DefaultShardTokens = 1 << 20;

    /// <summary>A shard is full before it has more tokens than this; it has at least one sequence.</summary>
    public int ShardTokens { get; init; } = DefaultShardTokens;

    /// <summary>The largest id that may occur: up to 65,535 an id takes two bytes, else four.</summary>
    public required int LargestId { get; init; }

    /// <summary>The manifest's <c>model</c>: what is run over the tokens.</summary>
    public required string ModelBlob { get; init; }

    /// <summary>Layers of the model; 0 where they are not known.</summary>
    public int Layers { get; init; }

    /// <summary>The manifest's <c>tokenizer</c>; empty for none.</summary>
    public string TokenizerBlob { get; init; } = "";

    /// <summary>The manifest's <c>modelSha256</c>; null where the model's files are not at hand.</summary>
    public string? ModelSha256 { get; init; }

    /// <summary>The manifest's <c>tokenizerSha256</c>; null where no tokenizer's files are known.</summary>
    public string? TokenizerSha256 { get; init; }

    /// <summary>What gradients will be of; the mean cross-entropy of the next token where null.</summary>
    public BackwardDescription? Backward { get; init; }
}

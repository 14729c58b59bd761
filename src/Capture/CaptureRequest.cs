using AeServerless.Engine.Datasets;
using AeServerless.Engine.Tensors;

namespace AeServerless.Capture;

/// <summary>What a capture records.</summary>
public sealed record CaptureRequest
{
    /// <summary>Tokens of a shard where nothing else is said.</summary>
    public const int DefaultShardTokens = 16_384;

    /// <summary>What the derived scalars of a layer need of its forward pass.</summary>
    public static IReadOnlyList<string> DefaultLocations { get; } =
    [
        ActivationLocation.ResidDeltaAttn, ActivationLocation.ResidPostAttn, ActivationLocation.MlpPostAct,
        ActivationLocation.ResidDeltaMlp, ActivationLocation.ResidPostMlp,
    ];

    /// <summary>What the derived scalars of a layer need of its backward pass: the other gradients follow from these.</summary>
    public static IReadOnlyList<string> DefaultBackwardLocations { get; } =
        [ActivationLocation.ResidPostAttn, ActivationLocation.ResidPostMlp];

    /// <summary>Layers to record, ascending.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>Forward locations.</summary>
    public IReadOnlyList<string> Locations { get; init; } = DefaultLocations;

    /// <summary>
    /// Backward locations. The last layer's <c>resid.post_mlp</c> is recorded in any case where there is a backward pass.
    /// </summary>
    public IReadOnlyList<string> BackwardLocations { get; init; } = DefaultBackwardLocations;

    /// <summary>The loss or trace whose gradients are recorded; null for no backward pass.</summary>
    public BackwardDescription? Backward { get; init; }

    /// <summary>A shard is full before it has more tokens than this; it has at least one sequence.</summary>
    public int ShardTokens { get; init; } = DefaultShardTokens;

    /// <summary>F32, F16 or BF16.</summary>
    public TensorDtype Dtype { get; init; } = TensorDtype.F32;

    /// <summary>The manifest's <c>model</c>.</summary>
    public required string ModelBlob { get; init; }

    /// <summary>The manifest's <c>tokenizer</c>; empty for none.</summary>
    public string TokenizerBlob { get; init; } = "";

    /// <summary>The manifest's <c>modelSha256</c>; null where the model did not come from a file.</summary>
    public string? ModelSha256 { get; init; }

    /// <summary>The manifest's <c>tokenizerSha256</c>; null where no tokenizer's files are known.</summary>
    public string? TokenizerSha256 { get; init; }

    /// <summary>Whether a recorded value that is not finite ends the capture, in the place of a warning.</summary>
    public bool Strict { get; init; }

    /// <summary>
    /// Identifies the files that model and autoencoders came from, such as a hash of them: what an interrupted capture left is kept where
    /// it was made of the same.
    /// </summary>
    public required string SourceFingerprint { get; init; }
}

using AeServerless.Engine.Datasets;
using AeServerless.Functions.Results;

namespace AeServerless.Functions.Runs;

/// <summary>The plan of a run: <c>plan.json</c> beside its results. Its groups' chunks are in documents of their own.</summary>
public sealed record RunPlan
{
    /// <summary>Chunks of the run.</summary>
    public required int Chunks { get; init; }

    /// <summary>Tokens of the run.</summary>
    public required long Tokens { get; init; }

    /// <summary>Sequences of the run.</summary>
    public required long Sequences { get; init; }

    /// <summary>Chunks of a group.</summary>
    public required int GroupChunks { get; init; }

    /// <summary>The merged result of each group, in order.</summary>
    public required IReadOnlyList<ResultAddress> Groups { get; init; }

    /// <summary>The dataset's shards.</summary>
    public required IReadOnlyList<ShardReference> Shards { get; init; }

    /// <summary>Paths of the autoencoder and model files that the run computes with.</summary>
    public required IReadOnlyList<string> Weights { get; init; }

    /// <summary>
    /// Which of <c>model</c>, <c>tokenizer</c> and <c>shards</c> no hash of the dataset's manifest vouched for; empty where all are known.
    /// </summary>
    public IReadOnlyList<string> Unvouched { get; init; } = [];

    /// <summary>Where each value comes from: recorded, or derived and why.</summary>
    public required IReadOnlyList<ValueSource> Sources { get; init; }
}

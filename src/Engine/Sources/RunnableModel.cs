using AeServerless.Engine.Graph;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Sources;

/// <summary>A model that can be run over a dataset of tokens.</summary>
/// <param name="Dimensions">Its sizes.</param>
/// <param name="Tensors">What it can compute, by the names of shards.</param>
/// <param name="Estimate">What computing some of these takes.</param>
public sealed record RunnableModel(
    ModelDimensions Dimensions, IReadOnlyDictionary<string, RecordedTensor> Tensors, Func<IReadOnlyList<string>, RunEstimate> Estimate);

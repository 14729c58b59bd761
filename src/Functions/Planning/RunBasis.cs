using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Planning;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Planning;

/// <summary>What a run computes, from its request alone: planning and every worker come to the same.</summary>
/// <param name="Request">The request.</param>
/// <param name="Manifest">The dataset's manifest.</param>
/// <param name="Plan">What is derived from what.</param>
/// <param name="Inputs">The inputs by path.</param>
/// <param name="ModelFiles">Paths of the files of the model that is run; none where none is.</param>
public sealed record RunBasis(
    RunRequest Request,
    DatasetManifest Manifest,
    DerivationPlan Plan,
    IReadOnlyDictionary<string, InputBlob> Inputs,
    IReadOnlyList<string> ModelFiles)
{
    /// <summary>The files of weights that results depend on.</summary>
    /// <exception cref="InvalidInputException">One of them is missing.</exception>
    public IReadOnlyList<InputBlob> Weights() =>
        [.. WeightFiles.UsedBy(Plan).Union(ModelFiles).Select(path => Find(Inputs, path, "the recipe needs it"))];

    /// <summary>Path of a shard, container first.</summary>
    public string ShardPath(int shard) => InputPaths.Shard(Request.Dataset, Manifest.Shards[shard]);

    /// <summary>An input that the run can't do without.</summary>
    /// <exception cref="InvalidInputException">It does not exist.</exception>
    public static InputBlob Find(IReadOnlyDictionary<string, InputBlob> inputs, string path, string neededBy) =>
        inputs.TryGetValue(path, out var blob) ? blob : throw new InvalidInputException(path, $"does not exist, but {neededBy}");
}

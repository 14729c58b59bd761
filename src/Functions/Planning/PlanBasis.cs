using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Planning;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Storage;

namespace AeServerless.Functions.Planning;

/// <summary>What a run computes, from its request alone: planning and every worker come to the same.</summary>
/// <param name="Request">The request.</param>
/// <param name="Manifest">The dataset's manifest.</param>
/// <param name="Plan">What is derived from what.</param>
/// <param name="Inputs">The inputs by path.</param>
public sealed record PlanBasis(RunDocument Request, DatasetManifest Manifest, DerivationPlan Plan, IReadOnlyDictionary<string, InputBlob> Inputs)
{
    /// <summary>The files of weights that results depend on.</summary>
    /// <exception cref="InvalidInputException">One of them is missing.</exception>
    public IReadOnlyList<InputBlob> Weights() => [.. WeightFiles.UsedBy(Plan).Select(path => Require(Inputs, path, "the recipe needs it"))];

    /// <summary>Path of a shard, container first.</summary>
    public string ShardPath(int shard) => ShardPath(Request.Dataset, Manifest.Shards[shard]);

    /// <summary>Path of a shard, container first.</summary>
    public static string ShardPath(string dataset, ShardReference shard)
    {
        ArgumentNullException.ThrowIfNull(shard);
        return $"activations/{dataset}/{shard.Path}";
    }

    /// <summary>An input that has to be there.</summary>
    /// <exception cref="InvalidInputException">It is not.</exception>
    public static InputBlob Require(IReadOnlyDictionary<string, InputBlob> inputs, string path, string neededBy)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.TryGetValue(path, out var blob) ? blob : throw new InvalidInputException(path, $"does not exist, but {neededBy}");
    }
}

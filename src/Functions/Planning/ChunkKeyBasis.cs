using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Planning;

/// <summary>What the results of all chunks of a run depend on, hashed: the part of their keys that they share.</summary>
/// <param name="Hash">SHA-256 in lower-case hexadecimal digits.</param>
public sealed record ChunkKeyBasis(string Hash)
{
    private const string ChunkSchema = "ae-serverless/chunk/1";

    // Goes up when a model that is run gives other bytes, as with other batches.
    private const string RunSchema = "ae-serverless/model-run/1";

    /// <summary>Hashes the recipe, what the manifest says of the model, where values come from and the weights computed with.</summary>
    public static ChunkKeyBasis Create(RunBasis basis)
    {
        var plan = basis.Plan;
        return new ChunkKeyBasis(ResultKey.Hash(
        [
            Versions.Results,
            Convert.ToHexStringLower(SHA256.HashData(plan.Recipe.ToResultJson())),
            Text(basis.Manifest.Layers),
            JsonSerializer.Serialize(basis.Manifest.Backward),
            ResultKey.Hash([.. plan.Sources.Select(source => $"{source.Value}\n{source.Recorded}\n{source.Reason}")]),
            ResultKey.Hash([.. basis.Weights().SelectMany(blob => new[] { blob.Path, blob.Identity() })]),
            .. plan.Runs.Count > 0 ? (string[])[RunSchema, .. plan.Runs] : [],
        ]));
    }

    /// <summary>The key of a chunk's result.</summary>
    /// <param name="shard">Identity of the shard's content.</param>
    /// <param name="range">The chunk's rows and sequences. Its place in the dataset is left out: the result does not depend on it.</param>
    public string KeyOf(string shard, PlannedRange range) => ResultKey.Hash(
        ChunkSchema,
        Hash,
        shard,
        Text(range.FirstRow),
        Text(range.Tokens),
        Text(range.SequenceOffset),
        Text(range.Sequences));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

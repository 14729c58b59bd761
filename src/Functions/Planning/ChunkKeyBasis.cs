using System.Globalization;
using System.Text.Json;

namespace AeServerless.Functions.Planning;

/// <summary>What all chunks of a run depend on, hashed.</summary>
/// <param name="Hash">SHA-256 in lower-case hexadecimal digits.</param>
public sealed record ChunkKeyBasis(string Hash)
{
    /// <summary>Hashes the recipe, what the manifest says of the model, where values come from and the weights computed with.</summary>
    public static ChunkKeyBasis Of(PlanBasis basis)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var plan = basis.Plan;
        return new ChunkKeyBasis(ResultKey.Hash(
        [
            Versions.Results,
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(plan.Recipe.ToResultJson())),
            basis.Manifest.Layers.ToString(CultureInfo.InvariantCulture),
            JsonSerializer.Serialize(basis.Manifest.Backward),
            ResultKey.Hash([.. plan.Sources.Select(source => $"{source.Value}\n{source.Recorded}\n{source.Reason}")]),
            ResultKey.Hash([.. basis.Weights().SelectMany(blob => new[] { blob.Path, blob.Identity() })]),
        ]));
    }
}

using System.Security.Cryptography;
using System.Text;

namespace AeServerless.Functions.Results;

/// <summary>Keys of results: SHA-256 over everything that a result's bytes depend on, in lower-case hexadecimal digits.</summary>
public static class ResultKey
{
    private const string MergeSchema = "ae-serverless/merge/1";

    /// <summary>The key of the merge of some results.</summary>
    public static string OfMerge(IReadOnlyList<ResultAddress> parts) =>
        Hash([MergeSchema, Versions.Results, .. parts.Select(part => part.Key)]);

    /// <summary>Hashes texts so that no other list of texts has the same hash.</summary>
    public static string Hash(params IReadOnlyList<string> fields)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var field in fields)
        {
            var bytes = Encoding.UTF8.GetBytes(field);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AeServerless.Functions.Merging;

namespace AeServerless.Functions.Planning;

/// <summary>Keys of results: SHA-256 over everything that a result's bytes depend on, in lower-case hexadecimal digits.</summary>
public static class ResultKey
{
    private const string ChunkSchema = "ae-serverless/chunk/1";
    private const string MergeSchema = "ae-serverless/merge/1";

    /// <summary>The key of a chunk.</summary>
    /// <param name="basis">What the chunk shares with the others of its run.</param>
    /// <param name="shard">Identity of the shard's content.</param>
    /// <param name="range">The chunk's rows and sequences. Where in the dataset they are is no matter: a result does not depend on it.</param>
    public static string OfChunk(ChunkKeyBasis basis, string shard, PlannedRange range)
    {
        ArgumentNullException.ThrowIfNull(basis);
        ArgumentNullException.ThrowIfNull(range);
        return Hash(
            ChunkSchema,
            basis.Hash,
            shard,
            Text(range.FirstRow),
            Text(range.Tokens),
            Text(range.SequenceOffset),
            Text(range.Sequences));
    }

    /// <summary>The key of a merge.</summary>
    public static string OfMerge(IReadOnlyList<ResultPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return Hash([MergeSchema, Versions.Results, .. parts.Select(part => part.Key)]);
    }

    /// <summary>Hashes texts so that no other list of texts has the same hash.</summary>
    internal static string Hash(params IReadOnlyList<string> fields)
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

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

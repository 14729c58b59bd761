using System.Text.Json.Serialization;

namespace AeServerless.Functions.Results;

/// <summary>A file of a result.</summary>
/// <param name="Name">Its name under the result's prefix.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Hash of its content, in lower-case hexadecimal digits.</param>
public sealed record ResultFile(string Name, long Length, string Sha256)
{
    /// <summary>Where it begins in the blob that has all files of its result; 0 for a file that is a blob.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Offset { get; init; }
}

namespace AeServerless.Engine.Datasets;

/// <summary>A shard as the manifest names it.</summary>
/// <param name="Path">Relative to the dataset's folder.</param>
/// <param name="Tokens">Tokens in the shard.</param>
/// <param name="Sequences">Sequences in the shard.</param>
public sealed record ShardReference(string Path, long Tokens, int Sequences)
{
    /// <summary>SHA-256 of the file, 64 lower-case hexadecimal digits; null where the manifest does not say.</summary>
    public string? Sha256 { get; init; }
}

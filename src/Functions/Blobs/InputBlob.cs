namespace AeServerless.Functions.Blobs;

/// <summary>A blob that a run reads, in the version it was planned with.</summary>
/// <param name="Path">Its path, container first, with the container's default name.</param>
/// <param name="ETag">Its version: every read is conditional on it, unless it is empty.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ContentHash">MD5 of its content in Base64, where storage knows it.</param>
public sealed record InputBlob(string Path, string ETag, long Length, string? ContentHash)
{
    /// <summary>SHA-256 of its content in lower-case hexadecimal, as who uploaded it says in the blob's metadata.</summary>
    public string? Sha256 { get; init; }

    /// <summary>
    /// What stands for the content in the keys of results: the hash where storage knows it, so that uploading the same bytes again changes
    /// no key, or else the version.
    /// </summary>
    public string Identity() => ContentHash is null ? $"etag:{ETag}" : $"md5:{ContentHash}:{Length}";
}

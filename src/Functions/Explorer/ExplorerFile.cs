namespace AeServerless.Functions.Explorer;

/// <summary>A file of the explorer's page.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="ETag">Its version, quoted as HTTP headers have it.</param>
/// <param name="CacheControl">How long it may be kept: what has a hash in its name for good.</param>
internal sealed record ExplorerFile(byte[] Content, string ContentType, string ETag, string CacheControl);

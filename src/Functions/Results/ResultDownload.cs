namespace AeServerless.Functions.Results;

/// <summary>A stored file that is being read.</summary>
/// <param name="Content">Its bytes; seekable.</param>
/// <param name="ETag">Its version, quoted as HTTP headers have it.</param>
/// <param name="LastModified">When it was written.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record ResultDownload(Stream Content, string ETag, DateTimeOffset LastModified, string ContentType);

namespace AeServerless.Functions.Results;

/// <summary>A blob of the container of results.</summary>
/// <param name="Name">Its name in the container.</param>
/// <param name="Length">Bytes.</param>
/// <param name="LastModified">When it was written.</param>
/// <param name="ETag">Its version.</param>
public sealed record ResultBlob(string Name, long Length, DateTimeOffset LastModified, string ETag);

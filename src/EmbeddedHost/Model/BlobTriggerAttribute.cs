namespace AeServerless.EmbeddedHost;

/// <summary>
/// Runs a function once for each blob (name and ETag) that matches a path. The parameter is the blob as
/// <see cref="string"/>, <see cref="Stream"/> or <c>BlobClient</c>.
/// </summary>
/// <param name="blobPath">
/// <c>container/path</c>; a <c>{name}</c> in it matches within one path segment and binds to the parameter of that name.
/// </param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class BlobTriggerAttribute(string blobPath) : Attribute
{
    /// <summary>The pattern: <c>container/path</c>.</summary>
    public string BlobPath { get; } = blobPath;

    /// <summary>Name of the setting with the storage connection. The default is <c>AzureWebJobsStorage</c>.</summary>
    public string? Connection { get; set; }

    /// <summary>How new blobs are noticed.</summary>
    public BlobTriggerSource Source { get; set; } = BlobTriggerSource.LogsAndContainerScan;
}

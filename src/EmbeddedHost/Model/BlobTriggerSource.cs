namespace AeServerless.EmbeddedHost;

/// <summary>How new blobs are noticed. The embedded host lists the container for both.</summary>
public enum BlobTriggerSource
{
    /// <summary>By scanning logs and the container.</summary>
    LogsAndContainerScan,

    /// <summary>By events of the storage account.</summary>
    EventGrid,
}

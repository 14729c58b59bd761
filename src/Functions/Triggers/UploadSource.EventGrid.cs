namespace AeServerless.Functions.Triggers;

/// <summary>How uploads are noticed in this build: Event Grid tells, at once and of each. It takes a subscription to the storage account's events.</summary>
internal static class UploadSource
{
    public const BlobTriggerSource Value = BlobTriggerSource.EventGrid;
}

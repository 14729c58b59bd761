namespace AeServerless.Functions.Triggers;

/// <summary>How uploads are noticed in this build: by looking, which every storage account and emulator can be asked to do.</summary>
internal static class UploadSource
{
    public const BlobTriggerSource Value = BlobTriggerSource.LogsAndContainerScan;
}

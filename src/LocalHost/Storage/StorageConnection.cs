using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using DurableTask.AzureStorage;

namespace AeServerless.LocalHost.Storage;

/// <summary>The clients of one storage account.</summary>
/// <param name="Name">The setting that it comes from.</param>
/// <param name="Blobs">Blob service.</param>
/// <param name="Queues">Queue service.</param>
/// <param name="Tables">Table service.</param>
/// <param name="Engine">The same services as the durable engine opens them.</param>
internal sealed record StorageConnection(
    string Name, BlobServiceClient Blobs, QueueServiceClient Queues, TableServiceClient Tables, StorageAccountClientProvider Engine)
{
    /// <summary>The account as logs may show it: never with a key.</summary>
    public string Display => Blobs.Uri.GetLeftPart(UriPartial.Path);
}

using System.Text.Json;
using AeServerless.LocalHost.Storage;

namespace AeServerless.LocalHost.Blobs;

/// <summary>Tells of blobs that were given up, in the queue that the Functions host uses.</summary>
internal sealed class PoisonMessages(StorageConnections connections)
{
    public const string QueueName = "webjobs-blobtrigger-poison";

    public async Task SendAsync(string function, string container, string blob, string etag, CancellationToken cancellationToken)
    {
        var queue = connections.Get().Queues.GetQueueClient(QueueName);
        await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var message = new
        {
            Type = "BlobTrigger",
            FunctionId = $"Host.Functions.{function}",
            BlobType = "BlockBlob",
            ContainerName = container,
            BlobName = blob,
            ETag = etag,
        };
        await queue.SendMessageAsync(JsonSerializer.Serialize(message), cancellationToken);
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;

namespace AeServerless.Cli.Upload;

/// <summary>The queue in which blob triggers, of a Functions host or of a local one, leave the blobs that they gave up.</summary>
internal sealed class PoisonQueue
{
    private const string Name = "webjobs-blobtrigger-poison";
    private const int MostShown = 32;
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(2);

    private readonly QueueClient _queue;
    private readonly BlobServiceClient _blobs;

    public PoisonQueue(string storage)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        if (Uri.TryCreate(storage, UriKind.Absolute, out var blobs) && blobs.Scheme.StartsWith("http", StringComparison.Ordinal))
        {
            var queues = new Uri(blobs.AbsoluteUri.Replace(".blob.", ".queue.", StringComparison.Ordinal));
            _queue = new QueueServiceClient(queues, new DefaultAzureCredential(), options).GetQueueClient(Name);
            _blobs = new BlobServiceClient(blobs, new DefaultAzureCredential());
        }
        else
        {
            _queue = new QueueClient(storage, Name, options);
            _blobs = new BlobServiceClient(storage);
        }
    }

    /// <summary>The oldest that were given up: when, which blob, by which function.</summary>
    public async Task<IReadOnlyList<(DateTimeOffset Time, string Blob, string Function)>> PeekAsync(CancellationToken cancellationToken)
    {
        if (!await _queue.ExistsAsync(cancellationToken))
        {
            return [];
        }

        var messages = (await _queue.PeekMessagesAsync(MostShown, cancellationToken)).Value;
        return [.. messages.Select(message =>
        {
            var poison = Message.Read(message.Body);
            return (message.InsertedOn ?? default, poison.Path, poison.Function);
        })];
    }

    /// <summary>
    /// Uploads each blob again, as it is: a new version, and a new event, start the trigger anew. One that can't be leaves its message.
    /// </summary>
    public async IAsyncEnumerable<(string Blob, bool Found)> RetryAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _queue.ExistsAsync(cancellationToken)
            && (await _queue.ReceiveMessagesAsync(1, Hidden, cancellationToken)).Value is [var message])
        {
            var poison = Message.Read(message.Body);
            var found = await UploadAgainAsync(
                _blobs.GetBlobContainerClient(poison.ContainerName).GetBlobClient(poison.BlobName), cancellationToken);
            await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken);
            yield return (poison.Path, found);
        }
    }

    private static async Task<bool> UploadAgainAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var there = (await blob.DownloadContentAsync(cancellationToken)).Value;
            var options = new BlobUploadOptions
            {
                Conditions = new BlobRequestConditions { IfMatch = there.Details.ETag },
                HttpHeaders = new BlobHttpHeaders { ContentType = there.Details.ContentType, ContentHash = there.Details.ContentHash },
                Metadata = there.Details.Metadata,
            };
            await blob.UploadAsync(there.Content, options, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404)
        {
            return false;
        }
        catch (RequestFailedException e) when (e.Status is 412)
        {
            // Somebody uploaded it meanwhile, which is what was to be done.
            return true;
        }
    }

    private sealed record Message(string FunctionId, string ContainerName, string BlobName)
    {
        public string Path => $"{ContainerName}/{BlobName}";

        public string Function => FunctionId.Split('.')[^1];

        public static Message Read(BinaryData body)
        {
            try
            {
                return body.ToObjectFromJson<Message>() is { ContainerName: not null, BlobName: not null, FunctionId: not null } message
                    ? message
                    : throw new JsonException();
            }
            catch (JsonException)
            {
                throw new CliException($"queue {Name}: holds a message that is not of a blob trigger; remove it there.");
            }
        }
    }
}

using System.Net.Sockets;
using AeServerless.LocalHost.Settings;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Storage;

/// <summary>
/// What a local host keeps in storage beside the engine's task hub: receipts of blobs, last runs of timers, and who watches for both.
/// </summary>
internal sealed class HubStorage(StorageConnections connections, HostSettings settings, TimeProvider time, ILogger<HubStorage> logger)
{
    private readonly StorageConnection _connection = connections.Get();

    /// <summary>The account as logs may show it.</summary>
    public string Account => _connection.Display;

    /// <summary>Rows of blob triggers, timers and the trigger lease.</summary>
    public TableClient Triggers { get; } = connections.Get().Tables.GetTableClient($"{settings.HubName}Triggers");

    /// <summary>Makes what is missing; waits, and says so, while storage can't be reached.</summary>
    /// <param name="createHub">Makes the engine's part.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task EnsureAsync(Func<Task> createHub, CancellationToken cancellationToken) => WaitForStorageAsync(
        async () =>
        {
            // Asked for first: the engine tries for long before it says that storage can't be reached.
            await Triggers.CreateIfNotExistsAsync(cancellationToken);
            await createHub();
        },
        cancellationToken);

    /// <summary>Does something idempotent at the start; waits, and says so, while storage can't be reached.</summary>
    public Task WaitForStorageAsync(Func<Task> action, CancellationToken cancellationToken) => StorageFaults.RetryAsync(
        StorageFaults.Answering(action),
        (e, _) => logger.StorageUnreachable(
            Account,
            Problem(e),
            e is RequestFailedException { Status: 401 or 403 } ? "Check the credentials in AzureWebJobsStorage." : Advice()),
        time,
        cancellationToken);

    private static string Problem(Exception exception) => exception switch
    {
        RequestFailedException { Status: > 0 } failed => $"{failed.Status} {failed.ErrorCode}",
        AggregateException aggregate => Problem(aggregate.InnerExceptions[0]),
        _ => exception.GetBaseException() is SocketException socket
            ? socket.SocketErrorCode.ToString()
            : exception.GetBaseException().GetType().Name,
    };

    private string Advice() => _connection.Blobs.Uri.IsLoopback
        ? "Start Azurite (npx azurite, or ./ae up, which starts it with the host)."
        : "Check the account's name and the network.";
}

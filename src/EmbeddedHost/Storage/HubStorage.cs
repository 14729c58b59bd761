using System.Net.Sockets;
using AeServerless.EmbeddedHost.Hosting;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost.Storage;

/// <summary>The tables and containers of a task hub.</summary>
internal sealed class HubStorage
{
    private readonly StorageConnection _connection;
    private readonly TimeProvider _time;
    private readonly ILogger<HubStorage> _logger;

    public HubStorage(StorageConnections connections, HostSettings settings, TimeProvider time, ILogger<HubStorage> logger)
    {
        _connection = connections.Get();
        _time = time;
        _logger = logger;
        Instances = _connection.Tables.GetTableClient($"{settings.HubName}Instances");
        Triggers = _connection.Tables.GetTableClient($"{settings.HubName}Triggers");
        var prefix = settings.HubName.ToLowerInvariant();
        Payloads = _connection.Blobs.GetBlobContainerClient($"{prefix}-payloads");
        Leases = _connection.Blobs.GetBlobContainerClient($"{prefix}-leases");
    }

    /// <summary>The account as logs may show it.</summary>
    public string Account => _connection.Display;

    /// <summary>Instances and their histories.</summary>
    public TableClient Instances { get; }

    /// <summary>Receipts of blob triggers and last runs of timers.</summary>
    public TableClient Triggers { get; }

    /// <summary>Payloads too large for a table.</summary>
    public BlobContainerClient Payloads { get; }

    /// <summary>Who owns the hub.</summary>
    public BlobContainerClient Leases { get; }

    /// <summary>Makes what is missing; waits, and says so, while storage can't be reached.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Leases.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                await Payloads.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                await Instances.CreateIfNotExistsAsync(cancellationToken);
                await Triggers.CreateIfNotExistsAsync(cancellationToken);
                return;
            }
            catch (Exception e) when (StorageFaults.IsStorage(e) && !cancellationToken.IsCancellationRequested)
            {
                var isRefused = e is RequestFailedException { Status: 401 or 403 };
                _logger.StorageUnreachable(Account, Problem(e), isRefused ? "Check the credentials in AzureWebJobsStorage." : Advice());
                await Task.Delay(StorageFaults.Delay(attempt), _time, cancellationToken);
            }
        }
    }

    private static string Problem(Exception exception) => exception switch
    {
        RequestFailedException { Status: > 0 } failed => $"{failed.Status} {failed.ErrorCode}",
        AggregateException aggregate => Problem(aggregate.InnerExceptions[0]),
        _ => exception.GetBaseException() is SocketException socket ? socket.SocketErrorCode.ToString() : exception.GetBaseException().GetType().Name,
    };

    private string Advice() => Leases.Uri.IsLoopback
        ? "Start Azurite (npx azurite, or ./ae up, which starts it with the host)."
        : "Check the account's name and the network.";
}

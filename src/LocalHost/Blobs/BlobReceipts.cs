using System.Security.Cryptography;
using System.Text;
using AeServerless.LocalHost.Storage;
using Azure.Data.Tables;

namespace AeServerless.LocalHost.Blobs;

/// <summary>What a function has seen of a blob: by function, container and name, for one ETag.</summary>
internal sealed class BlobReceipts(HubStorage storage)
{
    public async Task<Dictionary<string, BlobReceipt>> ReadAllAsync(string function, string container, CancellationToken cancellationToken)
    {
        var receipts = new Dictionary<string, BlobReceipt>(StringComparer.Ordinal);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition(function)} and Container eq {container}");
        await foreach (var row in storage.Triggers.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            receipts[row.GetString("Blob")] = new(
                row.GetString("BlobETag"), row.GetInt32("Attempts") ?? 0, row.GetBoolean("Done") ?? false);
        }

        return receipts;
    }

    public Task WriteAsync(string function, string container, string blob, BlobReceipt receipt, CancellationToken cancellationToken)
    {
        // Blob names have characters and lengths that keys can't have.
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{container}\n{blob}")));
        var row = new TableEntity(Partition(function), key)
        {
            ["Container"] = container,
            ["Blob"] = blob,
            ["BlobETag"] = receipt.ETag,
            ["Attempts"] = receipt.Attempts,
            ["Done"] = receipt.IsDone,
        };
        return storage.Triggers.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    private static string Partition(string function) => $"blob-{function}";
}

/// <summary>What a function has seen of a blob.</summary>
/// <param name="ETag">The version of the blob.</param>
/// <param name="Attempts">How often the function was started for it.</param>
/// <param name="IsDone">Whether it succeeded, or was given up.</param>
internal sealed record BlobReceipt(string ETag, int Attempts, bool IsDone);

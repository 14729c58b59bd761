using System.Text;
using AeServerless.EmbeddedHost.Orchestrations;
using Azure.Storage.Blobs;

namespace AeServerless.EmbeddedHost.Storage;

/// <summary>Payloads that are too large for a table column, as blobs <c>{instance}/{execution}/{what}</c>.</summary>
internal sealed class PayloadBlobs(BlobContainerClient container)
{
    /// <summary>Characters of text that stay in a column: a column holds 64 KB of UTF-16.</summary>
    public const int LongestInline = 30_000;

    public Task<string> WriteAsync(InstanceState state, string what, string payload, CancellationToken cancellationToken) =>
        WriteAsync(state, $"{what}-{Guid.NewGuid():N}", Encoding.UTF8.GetBytes(payload), cancellationToken);

    public async Task<string> WriteAsync(InstanceState state, string what, byte[] payload, CancellationToken cancellationToken)
    {
        var name = $"{InstanceIds.ToKey(state.InstanceId)}/{state.ExecutionId}/{what}";
        await container.GetBlobClient(name).UploadAsync(new BinaryData(payload), overwrite: true, cancellationToken);
        return name;
    }

    public async Task<string> ReadAsync(string name, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await ReadBytesAsync(name, cancellationToken));

    public async Task<byte[]> ReadBytesAsync(string name, CancellationToken cancellationToken)
    {
        var content = await container.GetBlobClient(name).DownloadContentAsync(cancellationToken);
        return content.Value.Content.ToArray();
    }

    public async Task DeleteAsync(string prefix, Func<string, bool> isDeleted, CancellationToken cancellationToken)
    {
        await foreach (var blob in container.GetBlobsAsync(new() { Prefix = prefix }, cancellationToken))
        {
            if (isDeleted(blob.Name))
                await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
        }
    }
}

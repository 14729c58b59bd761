using AeServerless.Functions.Settings;
using Azure.Core;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;

namespace AeServerless.Functions.Blobs;

/// <summary>Makes the client of blob storage from the settings.</summary>
public static class BlobConnection
{
    private const int MaxRetries = 6;

    /// <summary>Connects; nothing is sent until the client is used.</summary>
    public static BlobServiceClient Create(StorageSettings settings)
    {
        var options = new BlobClientOptions
        {
            Retry =
            {
                Mode = RetryMode.Exponential,
                MaxRetries = MaxRetries,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(10),
                NetworkTimeout = settings.Timeout,
            },

            // Storage refuses what arrives damaged. Without an MD5, Azurite computes a CRC-64 of each block in JavaScript, slower than all
            // else it does.
            TransferValidation = { Upload = { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 } },
        };
        options.AddPolicy(new UnwrapRetryFailuresPolicy(), HttpPipelinePosition.PerCall);
        return settings.ConnectionString is { } connection
            ? new BlobServiceClient(connection, options)
            : new BlobServiceClient(settings.BlobServiceUri, Credential(settings), options);
    }

    private static TokenCredential Credential(StorageSettings settings) => settings.ManagedIdentityOnly
        ? new ManagedIdentityCredential(
            settings.ClientId is { } id ? ManagedIdentityId.FromUserAssignedClientId(id) : ManagedIdentityId.SystemAssigned)
        : new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = settings.ClientId });
}

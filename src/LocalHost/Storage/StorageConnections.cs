using System.Collections.Concurrent;
using AeServerless.LocalHost.Settings;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using DurableTask.AzureStorage;
using Microsoft.Extensions.Configuration;

namespace AeServerless.LocalHost.Storage;

/// <summary>
/// Storage accounts by the name of their setting: <c>{name}</c> holds a connection string, or <c>{name}__blobServiceUri</c>,
/// <c>__queueServiceUri</c>, <c>__tableServiceUri</c> name the services and an identity opens them.
/// </summary>
internal sealed class StorageConnections(IConfiguration configuration)
{
    public const string Default = "AzureWebJobsStorage";

    // Longer than any answer takes, short enough that a request that is lost does not hold up a run.
    private const double DefaultTimeoutSeconds = 30;

    private readonly ConcurrentDictionary<string, StorageConnection> _connections = new(StringComparer.OrdinalIgnoreCase);

    private readonly TimeSpan _timeout =
        new ConfigurationValues(configuration).Seconds("StorageTimeoutSeconds", TimeSpan.FromSeconds(DefaultTimeoutSeconds), 1, 600);

    public StorageConnection Get(string? name = null) => _connections.GetOrAdd(string.IsNullOrEmpty(name) ? Default : name, Create);

    private StorageConnection Create(string name)
    {
        var section = configuration.GetSection(name);
        if (section["blobServiceUri"] is not null || section["accountName"] is not null)
        {
            return FromIdentity(name, section);
        }

        // The Functions host also takes a connection's name without its prefix.
        var connectionString = section.Value ?? configuration["AzureWebJobs" + name];
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new HostConfigurationException(
                $"Setting '{name}' is missing: it holds a storage connection string (for Azurite: UseDevelopmentStorage=true), " +
                $"or {name}__blobServiceUri, {name}__queueServiceUri and {name}__tableServiceUri name the services for an identity.");
        }

        try
        {
            return new(
                name,
                new(connectionString, Configure(new BlobClientOptions())),
                new(connectionString, Configure(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 })),
                new(connectionString, Configure(new TableClientOptions())),
                new(
                    StorageServiceClientProvider.ForBlob(connectionString, ConfigureEngine(new BlobClientOptions())),
                    StorageServiceClientProvider.ForQueue(connectionString, ConfigureEngine(new QueueClientOptions())),
                    StorageServiceClientProvider.ForTable(connectionString, ConfigureEngine(new TableClientOptions()))));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            // The reason may quote the string, which holds a key.
            throw new HostConfigurationException($"Setting '{name}' is not a storage connection string.");
        }
    }

    private StorageConnection FromIdentity(string name, IConfigurationSection section)
    {
        var clientId = section["clientId"];
        TokenCredential credential = string.Equals(section["credential"], "managedidentity", StringComparison.OrdinalIgnoreCase)
            ? new ManagedIdentityCredential(
                clientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId))
            : new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId });
        return new(
            name,
            new(Service("blob"), credential, Configure(new BlobClientOptions())),
            new(Service("queue"), credential, Configure(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 })),
            new(Service("table"), credential, Configure(new TableClientOptions())),
            new(
                StorageServiceClientProvider.ForBlob(Service("blob"), credential, ConfigureEngine(new BlobClientOptions())),
                StorageServiceClientProvider.ForQueue(Service("queue"), credential, ConfigureEngine(new QueueClientOptions())),
                StorageServiceClientProvider.ForTable(Service("table"), credential, ConfigureEngine(new TableClientOptions()))));

        Uri Service(string service)
        {
            var text = section[$"{service}ServiceUri"]
                ?? (section["accountName"] is { } account ? $"https://{account}.{service}.core.windows.net" : null);
            return Uri.TryCreate(text, UriKind.Absolute, out var uri)
                ? uri
                : throw new HostConfigurationException(
                    $"Setting '{name}__{service}ServiceUri' must be the absolute address of the {service} service.");
        }
    }

    // A turn of an orchestration that storage fails is done again from its start: so the engine asks for longer.
    private T ConfigureEngine<T>(T options)
        where T : ClientOptions
    {
        Configure(options);
        options.Retry.MaxRetries = 5;
        if (options is QueueClientOptions)
        {
            options.AddPolicy(new LostMessagePolicy(), HttpPipelinePosition.PerCall);
        }

        return options;
    }

    private T Configure<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(5);
        options.Retry.NetworkTimeout = _timeout;
        options.Diagnostics.IsLoggingContentEnabled = false;
        return options;
    }
}

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

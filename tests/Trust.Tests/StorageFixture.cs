using AeServerless.TestSupport;
using AeServerless.Trust.Tests;
using Azure.Storage.Blobs;

[assembly: AssemblyFixture(typeof(StorageFixture))]

namespace AeServerless.Trust.Tests;

/// <summary>One Azurite for all tests: each has its own task hub, datasets and results in it.</summary>
public sealed class StorageFixture : IAsyncLifetime
{
    private AzuriteProcess? _azurite;

    /// <summary>The Azurite.</summary>
    public AzuriteProcess Azurite => _azurite ?? throw new InvalidOperationException("Azurite has not been started.");

    /// <summary>The blobs in it, past every proxy.</summary>
    public BlobServiceClient Blobs => new(Azurite.ConnectionString);

    public async ValueTask InitializeAsync() => _azurite = await AzuriteProcess.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
    }
}

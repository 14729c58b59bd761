using AeServerless.Robustness.Tests;
using AeServerless.TestSupport;
using Azure.Storage.Blobs;

[assembly: AssemblyFixture(typeof(StorageFixture))]

namespace AeServerless.Robustness.Tests;

/// <summary>One Azurite for all tests: each has its own task hub, datasets and results in it.</summary>
public sealed class StorageFixture : AzuriteFixture
{
    /// <summary>The blobs in it, past every proxy.</summary>
    public BlobServiceClient Blobs => new(ConnectionString);
}

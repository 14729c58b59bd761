using AeServerless.LocalHost.Tests.Support;
using AeServerless.TestSupport;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace AeServerless.LocalHost.Tests.Support;

/// <summary>One Azurite for all tests; each takes a task hub of its own.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteProcess? _azurite;

    public string ConnectionString => Azurite.ConnectionString;

    public AzuriteProcess Azurite => _azurite ?? throw new InvalidOperationException("Azurite was not started.");

    public async ValueTask InitializeAsync() => _azurite = await AzuriteProcess.StartAsync();

    public ValueTask DisposeAsync() => Azurite.DisposeAsync();
}

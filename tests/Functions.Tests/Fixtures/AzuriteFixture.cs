using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace AeServerless.Functions.Tests.Fixtures;

/// <summary>One Azurite for all tests of the assembly; each test has containers of its own.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteProcess? _azurite;

    public string ConnectionString => _azurite!.ConnectionString;

    public async ValueTask InitializeAsync() => _azurite = await AzuriteProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
    }
}

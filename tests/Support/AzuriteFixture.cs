using Xunit;

namespace AeServerless.TestSupport;

/// <summary>One Azurite for all tests of a project: each test has containers and a task hub of its own in it.</summary>
public class AzuriteFixture : IAsyncLifetime
{
    private AzuriteProcess? _azurite;

    public AzuriteProcess Azurite => _azurite ?? throw new InvalidOperationException("Azurite has not been started.");

    public string ConnectionString => Azurite.ConnectionString;

    public async ValueTask InitializeAsync() => _azurite = await AzuriteProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
    }
}

using AeServerless.TestSupport;
namespace AeServerless.Functions.Tests.Fixtures;

/// <summary>One app for the tests of a class.</summary>
public sealed class AppFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    internal TestApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(azurite);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

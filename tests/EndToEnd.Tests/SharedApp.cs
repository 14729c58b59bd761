namespace AeServerless.EndToEnd.Tests;

/// <summary>One app for tests that have datasets of their own.</summary>
public sealed class SharedApp : IAsyncLifetime
{
    internal App App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await App.StartAsync();

    public ValueTask DisposeAsync() => App is null ? ValueTask.CompletedTask : App.DisposeAsync();
}

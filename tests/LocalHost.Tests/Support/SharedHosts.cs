using AeServerless.LocalHost.Tests.Orchestrations;
using AeServerless.LocalHost.Tests.Support;
using AeServerless.TestSupport;

[assembly: AssemblyFixture(typeof(SharedHosts))]

namespace AeServerless.LocalHost.Tests.Support;

/// <summary>One Azurite for all tests, and hosts for those that need none of their own.</summary>
public sealed class SharedHosts : IAsyncLifetime
{
    private readonly Lazy<Task<TestHost>> _host;
    private readonly Lazy<Task<TestHost>> _replayingHost;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("local-host-tests-azurite-");
    private AzuriteProcess? _azurite;

    public SharedHosts()
    {
        _host = new(() => TestHost.StartAsync(new(ConnectionString, typeof(Orchestrators)), CancellationToken.None));
        _replayingHost = new(() => TestHost.StartAsync(
            new(ConnectionString, typeof(Orchestrators), typeof(BadOrchestrators)) { ExtendedSessions = false }, CancellationToken.None));
    }

    public string ConnectionString => Azurite.ConnectionString;

    public AzuriteProcess Azurite => _azurite ?? throw new InvalidOperationException("Azurite was not started.");

    // On disk: in memory each message is an extent of its own, and once a minute Azurite stands still to remove thousands of them.
    public async ValueTask InitializeAsync() => _azurite = await AzuriteProcess.StartAsync(_folder.FullName);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in new[] { _host, _replayingHost }.Where(host => host.IsValueCreated))
        {
            await (await host.Value).DisposeAsync();
        }

        await Azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>A host with <see cref="Orchestrators"/>. Without extended sessions each turn replays the history.</summary>
    internal Task<TestHost> HostAsync(bool extendedSessions = true) => extendedSessions ? _host.Value : _replayingHost.Value;
}

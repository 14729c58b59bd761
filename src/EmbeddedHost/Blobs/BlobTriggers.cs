using AeServerless.EmbeddedHost.Functions;
using AeServerless.EmbeddedHost.Hosting;
using AeServerless.EmbeddedHost.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost.Blobs;

/// <summary>Watches containers for blob functions.</summary>
internal sealed class BlobTriggers(
    FunctionCatalog catalog,
    FunctionRunner runner,
    HubStorage storage,
    StorageConnections connections,
    HostSettings settings,
    IConfiguration configuration,
    TimeProvider time,
    ILogger<BlobTriggers> logger) : IDisposable
{
    private readonly CancellationTokenSource _polling = new();
    private readonly CancellationTokenSource _running = new();
    private IReadOnlyList<BlobWatch> _watches = [];
    private Task _loops = Task.CompletedTask;

    /// <summary>Reads the patterns.</summary>
    public void Validate() => _watches = [.. catalog.OfKind(FunctionKind.Blob).Select(CreateWatch)];

    public void Start() => _loops = Task.WhenAll(_watches.Select(watch => Task.Run(() => watch.RunAsync(_polling.Token, _running.Token))));

    public async Task StopAsync(TimeSpan grace)
    {
        await _polling.CancelAsync();
        if (await Task.WhenAny(_loops, Task.Delay(grace)) == _loops)
            return;
        await _running.CancelAsync();
        await Task.WhenAny(_loops, Task.Delay(TimeSpan.FromSeconds(3)));
    }

    public void Dispose()
    {
        _polling.Dispose();
        _running.Dispose();
    }

    private BlobWatch CreateWatch(FunctionDescriptor function)
    {
        var trigger = (BlobTriggerAttribute)function.Trigger;
        BlobPattern pattern;
        try
        {
            pattern = BlobPattern.Parse(SettingExpressions.Expand(trigger.BlobPath, configuration));
        }
        catch (Exception e) when (e is FormatException or HostConfigurationException)
        {
            throw new HostConfigurationException($"Function '{function.Name}': {e.Message}");
        }

        BlobBinding.Check(function, pattern);
        var container = connections.Get(trigger.Connection).Blobs.GetBlobContainerClient(pattern.Container);
        return new(function, pattern, container, runner, new(storage), new(connections), settings.BlobPollInterval, time, logger);
    }
}

using AeServerless.LocalHost.Functions;
using AeServerless.LocalHost.Settings;
using AeServerless.LocalHost.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Blobs;

/// <summary>Watches containers for blob functions.</summary>
internal sealed class BlobTriggers(
    FunctionCatalog catalog,
    FunctionRunner runner,
    HubStorage storage,
    StorageConnections connections,
    HostSettings settings,
    IConfiguration configuration,
    TimeProvider time,
    ILogger<BlobTriggers> logger)
{
    private IReadOnlyList<(FunctionDescriptor Function, BlobPattern Pattern)> _watched = [];

    /// <summary>Reads the patterns.</summary>
    public void Validate()
    {
        var blobFunctions = catalog.OfKind(FunctionKind.Blob).ToLookup(
            function => ((BlobTriggerAttribute)function.Trigger).Source == BlobTriggerSource.EventGrid);
        foreach (var function in blobFunctions[true])
        {
            logger.EventGridLeftOut(function.Name);
        }

        _watched = [.. blobFunctions[false].Select(function => (function, PatternOf(function)))];
    }

    /// <summary>Watches until told to stop.</summary>
    /// <param name="polling">Ends the watch; functions that run go on.</param>
    /// <param name="running">Asks functions that run to end.</param>
    public Task RunAsync(CancellationToken polling, CancellationToken running) =>
        Task.WhenAll(_watched.Select(watched => CreateWatch(watched.Function, watched.Pattern).RunAsync(polling, running)));

    private BlobWatch CreateWatch(FunctionDescriptor function, BlobPattern pattern)
    {
        var connection = ((BlobTriggerAttribute)function.Trigger).Connection;
        var container = connections.Get(connection).Blobs.GetBlobContainerClient(pattern.Container);
        return new(function, pattern, container, runner, new(storage), new(connections), settings.BlobPollInterval, time, logger);
    }

    private BlobPattern PatternOf(FunctionDescriptor function)
    {
        var trigger = (BlobTriggerAttribute)function.Trigger;
        try
        {
            var pattern = BlobPattern.Parse(SettingExpressions.Expand(trigger.BlobPath, configuration));
            BlobBinding.Check(function, pattern);
            return pattern;
        }
        catch (FormatException e)
        {
            throw new HostConfigurationException($"Function '{function.Name}': {e.Message}");
        }
    }
}

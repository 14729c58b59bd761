using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace AeServerless.LocalHost.Settings;

/// <summary>What the host reads from app settings and from <c>host.json</c>, checked.</summary>
internal sealed partial record HostSettings
{
    public const string DefaultHubName = "DurableFunctionsHub";
    private const string RoleArgument = "role";
    private const string RoleSetting = "LocalHostRole";
    private const string StorageProvider = "AzureFunctionsJobHost:extensions:durableTask:storageProvider";

    /// <summary>Name of the task hub: tables and containers begin with it.</summary>
    public string HubName { get; init; } = DefaultHubName;

    /// <summary>Activities that run at once. The default is one a core.</summary>
    public int MaxActivities { get; init; } = Environment.ProcessorCount;

    /// <summary>Orchestrators whose turns run at once. The default is 10 a core.</summary>
    public int MaxOrchestrators { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>How long a function other than an orchestrator may run. The default is no limit.</summary>
    public TimeSpan FunctionTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Whether orchestrators stay in memory between turns. Without, each turn replays the history from storage.</summary>
    public bool ExtendedSessions { get; init; } = true;

    /// <summary>How often containers are listed for blob triggers.</summary>
    public TimeSpan BlobPollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a stop waits for what is in flight.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Partitions of the hub's orchestrations, fixed when the hub is made: the most hosts that run orchestrators at once.
    /// </summary>
    public int Partitions { get; init; } = 2;

    /// <summary>The longest pause between two looks at a queue that is empty.</summary>
    public TimeSpan QueuePollInterval { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>For how long a message that a host took is no other's, unless that host renews it, as it does while it lives.</summary>
    public TimeSpan ControlQueueVisibility { get; init; } = TimeSpan.FromSeconds(15);

    /// <inheritdoc cref="ControlQueueVisibility"/>
    public TimeSpan WorkItemQueueVisibility { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Tells this host from all others of its hub. The machine's name alone would be one owner for two processes, which then fight over
    /// what it owns.
    /// </summary>
    public string HostId { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>What this host does of the hub's work.</summary>
    public HostRole Role { get; init; } = HostRole.All;

    /// <summary>
    /// Largest request body in bytes: beyond it the connection is closed. Functions have limits of their own, which they can explain.
    /// </summary>
    public long MaxRequestBody { get; init; } = 16 * 1024 * 1024;

    /// <summary>Where the key is kept.</summary>
    public string StateFolder { get; init; } = DefaultStateFolder(DefaultHubName);

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">App settings, with host.json's values as <c>AzureFunctionsJobHost:…</c>.</param>
    /// <exception cref="HostConfigurationException">A value is not what it must be.</exception>
    public static HostSettings Read(IConfiguration configuration)
    {
        var read = new ConfigurationValues(configuration);
        var defaults = new HostSettings();
        var hub = read.Text("AzureFunctionsJobHost:extensions:durableTask:hubName") is { } name
            ? SettingExpressions.Expand(name, configuration)
            : DefaultHubName;
        if (!HubNamePattern().IsMatch(hub))
        {
            throw new HostConfigurationException(
                $"host.json: extensions.durableTask.hubName '{hub}' must be 3 to 45 letters and digits and begin with a letter.");
        }

        if (read.Text($"{StorageProvider}:type") is { } backend && !backend.Equals("AzureStorage", StringComparison.OrdinalIgnoreCase))
        {
            throw new HostConfigurationException(
                $"host.json: extensions.durableTask.storageProvider.type is '{backend}': a local host keeps its hub in AzureStorage "
                    + "alone.");
        }

        return new()
        {
            HubName = hub,
            MaxActivities = read.Integer(
                "AzureFunctionsJobHost:extensions:durableTask:maxConcurrentActivityFunctions", defaults.MaxActivities, 1, 10_000),
            MaxOrchestrators = read.Integer(
                "AzureFunctionsJobHost:extensions:durableTask:maxConcurrentOrchestratorFunctions", defaults.MaxOrchestrators, 1, 10_000),
            ExtendedSessions = read.Boolean(
                "AzureFunctionsJobHost:extensions:durableTask:extendedSessionsEnabled", defaults.ExtendedSessions),
            Partitions = read.Integer($"{StorageProvider}:partitionCount", defaults.Partitions, 1, 16),
            QueuePollInterval = read.Span($"{StorageProvider}:maxQueuePollingInterval", defaults.QueuePollInterval),
            ControlQueueVisibility = read.Span($"{StorageProvider}:controlQueueVisibilityTimeout", defaults.ControlQueueVisibility),
            WorkItemQueueVisibility = read.Span($"{StorageProvider}:workItemQueueVisibilityTimeout", defaults.WorkItemQueueVisibility),
            Role = read.Choice(read.Text(RoleArgument) is null ? RoleSetting : RoleArgument, defaults.Role),
            FunctionTimeout = read.Text("AzureFunctionsJobHost:functionTimeout") is { } timeout and not "-1"
                ? TimeSpan.TryParse(timeout, CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero
                    ? span
                    : throw new HostConfigurationException($"host.json: functionTimeout '{timeout}' must be hh:mm:ss, or -1 for no limit.")
                : Timeout.InfiniteTimeSpan,
            BlobPollInterval = read.Seconds("LocalHostBlobPollSeconds", defaults.BlobPollInterval, 0.05, 3600),
            DrainTimeout = read.Seconds("LocalHostDrainSeconds", defaults.DrainTimeout, 0, 3600),
            MaxRequestBody = read.Integer("LocalHostMaxRequestBodyBytes", (int)defaults.MaxRequestBody, 1024, int.MaxValue),
            StateFolder = read.Text("LocalHostStateFolder") is { } folder ? Path.GetFullPath(folder) : DefaultStateFolder(hub),
        };
    }

    private static string DefaultStateFolder(string hub) => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "AeServerless", hub);

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$")]
    private static partial Regex HubNamePattern();
}

/// <summary>What a local host does of the work of its task hub.</summary>
internal enum HostRole
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>Orchestrations, triggers and HTTP; no activities.</summary>
    Control,

    /// <summary>Activities alone: no partition, no triggers, no port.</summary>
    Worker,
}

using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace AeServerless.EmbeddedHost.Hosting;

/// <summary>What the host reads from app settings and from <c>host.json</c>, checked.</summary>
internal sealed partial record HostSettings
{
    public const string DefaultHubName = "DurableFunctionsHub";

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

    /// <summary>For how long the hub is owned without renewal: what storage offers is 15 to 60 s.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Largest request body in bytes: beyond it the connection is closed. Functions have limits of their own, which they can explain.</summary>
    public long MaxRequestBody { get; init; } = 16 * 1024 * 1024;

    /// <summary>Where the key is kept.</summary>
    public string StateFolder { get; init; } = DefaultStateFolder(DefaultHubName);

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">App settings, with host.json's values as <c>AzureFunctionsJobHost:…</c>.</param>
    /// <exception cref="HostConfigurationException">A value is not what it must be.</exception>
    public static HostSettings Read(IConfiguration configuration)
    {
        var read = new SettingReader(configuration);
        var defaults = new HostSettings();
        var hub = read.Text("AzureFunctionsJobHost:extensions:durableTask:hubName") is { } name ? SettingExpressions.Expand(name, configuration) : DefaultHubName;
        if (!HubNamePattern().IsMatch(hub))
            throw new HostConfigurationException($"host.json: extensions.durableTask.hubName '{hub}' must be 3 to 45 letters and digits and begin with a letter.");

        return new()
        {
            HubName = hub,
            MaxActivities = read.Integer("AzureFunctionsJobHost:extensions:durableTask:maxConcurrentActivityFunctions", defaults.MaxActivities, 1, 10_000),
            MaxOrchestrators = read.Integer("AzureFunctionsJobHost:extensions:durableTask:maxConcurrentOrchestratorFunctions", defaults.MaxOrchestrators, 1, 10_000),
            ExtendedSessions = read.Boolean("AzureFunctionsJobHost:extensions:durableTask:extendedSessionsEnabled", defaults.ExtendedSessions),
            FunctionTimeout = read.Text("AzureFunctionsJobHost:functionTimeout") is { } timeout and not "-1"
                ? TimeSpan.TryParse(timeout, CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero
                    ? span
                    : throw new HostConfigurationException($"host.json: functionTimeout '{timeout}' must be hh:mm:ss, or -1 for no limit.")
                : Timeout.InfiniteTimeSpan,
            BlobPollInterval = read.Seconds("EmbeddedHostBlobPollSeconds", defaults.BlobPollInterval, 0.05, 3600),
            DrainTimeout = read.Seconds("EmbeddedHostDrainSeconds", defaults.DrainTimeout, 0, 3600),
            LeaseDuration = read.Seconds("EmbeddedHostLeaseSeconds", defaults.LeaseDuration, 15, 60),
            MaxRequestBody = read.Integer("EmbeddedHostMaxRequestBodyBytes", (int)defaults.MaxRequestBody, 1024, int.MaxValue),
            StateFolder = read.Text("EmbeddedHostStateFolder") is { } folder ? Path.GetFullPath(folder) : DefaultStateFolder(hub),
        };
    }

    private static string DefaultStateFolder(string hub) => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "AeServerless", hub);

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$")]
    private static partial Regex HubNamePattern();
}

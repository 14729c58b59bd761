using System.Globalization;
using System.Text.RegularExpressions;
using AeServerless.Engine.Runtime;
using AeServerless.LocalHost.Timers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AeServerless.Functions.Settings;

/// <summary>
/// Fills <see cref="AppSettings"/> from the configuration. Not by the configuration binder: that stops at the first value that it can't
/// convert, and names neither the limits nor what would be right.
/// </summary>
public sealed partial class SettingsReader(IConfiguration configuration) : IValidateOptions<AppSettings>
{
    private const string StorageKey = "AzureWebJobsStorage";

    /// <summary>Reads every setting; one that can't be used keeps its default and is a problem.</summary>
    public void Read(AppSettings settings)
    {
        var problems = settings.Problems;
        var timeout = Integer("StorageTimeoutSeconds", (int)settings.Storage.Timeout.TotalSeconds, 1, 600, problems);
        settings.Storage = Storage(problems) with { Timeout = TimeSpan.FromSeconds(timeout) };
        settings.Containers = Containers(problems);
        settings.NightlySchedule = Schedule("NightlySchedule", problems);
        settings.EngineDevice = Choice("EngineDevice", settings.EngineDevice, [EngineDevice.Cpu, EngineDevice.Cuda], problems);
        settings.EngineThreads = Integer("EngineThreads", settings.EngineThreads, 0, 1_024, problems);
        settings.ChunkTokens = Integer("ChunkTokens", settings.ChunkTokens, 1, 1 << 24, problems);
        settings.ChunksInFlight = Integer("ChunksInFlight", settings.ChunksInFlight, 1, 10_000, problems);
        settings.WeightsCacheMegabytes = Integer("WeightsCacheMegabytes", settings.WeightsCacheMegabytes, 0, 1 << 20, problems);
        settings.ModelCacheMegabytes = Integer("ModelCacheMegabytes", settings.ModelCacheMegabytes, 0, 1 << 24, problems);
        settings.RetentionDays = Integer("RetentionDays", settings.RetentionDays, 0, 36_500, problems);
        settings.NightlyCleanup = Choice("NightlyCleanup", settings.NightlyCleanup, Enum.GetValues<NightlyCleanup>(), problems);
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AppSettings options) =>
        options.Problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Problems);

    private StorageSettings Storage(List<string> problems)
    {
        if (configuration[StorageKey] is { } connection && !string.IsNullOrWhiteSpace(connection))
        {
            return new StorageSettings { ConnectionString = ConnectionString(connection, problems) };
        }

        var account = Identity("accountName");
        var address = Identity("blobServiceUri");
        if (string.IsNullOrWhiteSpace(address) && string.IsNullOrWhiteSpace(account))
        {
            Add(problems, StorageKey, null, $"a connection string, or {StorageKey}__blobServiceUri for an identity");
            return new StorageSettings();
        }

        var isAddress = Uri.TryCreate(address ?? $"https://{account}.blob.core.windows.net", UriKind.Absolute, out var uri)
            && uri.Scheme is "https" or "http";
        if (!isAddress)
        {
            Add(
                problems,
                $"{StorageKey}__blobServiceUri",
                address,
                "the address of a blob service, such as https://account.blob.core.windows.net");
        }

        return new StorageSettings
        {
            BlobServiceUri = isAddress ? uri : null,
            ClientId = Identity("clientId") is { Length: > 0 } clientId ? clientId : null,
            ManagedIdentityOnly = string.Equals(Identity("credential"), "managedidentity", StringComparison.OrdinalIgnoreCase),
        };
    }

    // Environment variables arrive as sections, files of settings as they are written.
    private string? Identity(string name) => configuration[$"{StorageKey}:{name}"] ?? configuration[$"{StorageKey}__{name}"];

    private static string ConnectionString(string value, List<string> problems)
    {
        // The value holds a key, so the problem never shows it.
        var usable = value.Trim() is "UseDevelopmentStorage=true" or "UseDevelopmentStorage=true;"
            || value.Contains("AccountName=", StringComparison.OrdinalIgnoreCase)
            || value.Contains("BlobEndpoint=", StringComparison.OrdinalIgnoreCase);
        if (!usable)
        {
            Add(problems, StorageKey, "(not shown)", "a connection string with AccountName and AccountKey, or UseDevelopmentStorage=true");
        }

        return value;
    }

    private ContainerSettings Containers(List<string> problems)
    {
        var defaults = new ContainerSettings();
        var containers = new ContainerSettings
        {
            Models = Container("ModelsContainer", defaults.Models, problems),
            Autoencoders = Container("AutoencodersContainer", defaults.Autoencoders, problems),
            Recipes = Container("RecipesContainer", defaults.Recipes, problems),
            Results = Container("ResultsContainer", defaults.Results, problems),
        };
        string[] names =
            [ContainerSettings.Activations, containers.Models, containers.Autoencoders, containers.Recipes, containers.Results];
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Length)
        {
            Add(problems, "ResultsContainer", containers.Results, $"a different name for each container, not {string.Join(", ", names)}");
        }

        return containers;
    }

    private string Container(string key, string fallback, List<string> problems)
    {
        var value = configuration[key] is { Length: > 0 } set ? set : fallback;
        if (!ContainerName().IsMatch(value) || value.Contains("--", StringComparison.Ordinal))
        {
            Add(problems, key, value, "a container name: 3 to 63 lower-case letters, digits and single dashes");
        }

        return value;
    }

    private string Schedule(string key, List<string> problems)
    {
        var value = configuration[key] ?? "";
        if (TimerExpression.TryParse(value) is null)
        {
            Add(
                problems, key, value,
                "six NCrontab fields: second, minute, hour, day, month, day of week, of a day that exists, such as \"0 0 3 * * *\"");
        }

        return value;
    }

    private int Integer(string key, int fallback, int least, int most, List<string> problems)
    {
        var value = configuration[key];
        if (string.IsNullOrWhiteSpace(value))
        {
            return fallback;
        }

        if (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        Add(problems, key, value, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
        return fallback;
    }

    private T Choice<T>(string key, T fallback, IReadOnlyList<T> choices, List<string> problems)
        where T : notnull
    {
        var value = configuration[key];
        if (string.IsNullOrWhiteSpace(value))
        {
            return fallback;
        }

        // Not Enum.TryParse, which takes numbers too.
        foreach (var choice in choices)
        {
            if (string.Equals($"{choice}", value, StringComparison.OrdinalIgnoreCase))
            {
                return choice;
            }
        }

        Add(problems, key, value, $"one of {string.Join(", ", choices.Select(choice => $"{choice}".ToLowerInvariant()))}");
        return fallback;
    }

    private static void Add(List<string> problems, string key, string? value, string right) => problems.Add(
        value is null ? $"setting {key} is missing: it must be {right}" : $"setting {key} is \"{value}\": it must be {right}");

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$")]
    private static partial Regex ContainerName();
}

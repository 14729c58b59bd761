using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using NCrontab;

namespace AeServerless.Functions.Settings;

/// <summary>Reads and checks the app settings. Every problem is reported, not the first alone.</summary>
public sealed partial class SettingsReader
{
    private const string StorageKey = "AzureWebJobsStorage";

    private readonly IConfiguration _configuration;
    private readonly List<string> _problems = [];

    private SettingsReader(IConfiguration configuration) => _configuration = configuration;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidSettingsException">A setting is missing or has a value that can't be used.</exception>
    public static AppSettings Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var reader = new SettingsReader(configuration);
        var settings = reader.ReadAll();
        return reader._problems.Count == 0 ? settings : throw new InvalidSettingsException(reader._problems);
    }

    private AppSettings ReadAll() => new()
    {
        Storage = Storage() with { Timeout = TimeSpan.FromSeconds(Integer("StorageTimeoutSeconds", StorageSettings.DefaultTimeoutSeconds, 1, 600)) },
        Containers = Containers(),
        NightlySchedule = Schedule("NightlySchedule"),
        EngineDevice = Choice("EngineDevice", EngineDevice.Cpu),
        EngineThreads = Integer("EngineThreads", 0, 0, 1_024),
        ChunkTokens = Integer("ChunkTokens", AppSettings.DefaultChunkTokens, 1, 1 << 24),
        ChunksInFlight = Integer("ChunksInFlight", AppSettings.DefaultChunksInFlight, 1, 10_000),
        WeightsCacheMegabytes = Integer("WeightsCacheMegabytes", AppSettings.DefaultWeightsCacheMegabytes, 0, 1 << 20),
        RetentionDays = Integer("RetentionDays", 0, 0, 36_500),
        NightlyCleanup = Choice("NightlyCleanup", NightlyCleanup.Off),
    };

    private StorageSettings Storage()
    {
        if (_configuration[StorageKey] is { } connection && !string.IsNullOrWhiteSpace(connection))
        {
            return new StorageSettings { ConnectionString = ConnectionString(connection) };
        }

        var (account, address) = (Identity("accountName"), Identity("blobServiceUri"));
        if (string.IsNullOrWhiteSpace(address) && string.IsNullOrWhiteSpace(account))
        {
            Problem(StorageKey, null, $"a connection string, or {StorageKey}__blobServiceUri for an identity");
            return new StorageSettings();
        }

        var uri = Uri.TryCreate(address ?? $"https://{account}.blob.core.windows.net", UriKind.Absolute, out var parsed) && parsed.Scheme is "https" or "http"
            ? parsed
            : null;
        if (uri is null)
        {
            Problem($"{StorageKey}__blobServiceUri", address, "the address of a blob service, such as https://account.blob.core.windows.net");
        }

        return new StorageSettings
        {
            BlobServiceUri = uri,
            ClientId = Identity("clientId") is { Length: > 0 } clientId ? clientId : null,
            ManagedIdentityOnly = string.Equals(Identity("credential"), "managedidentity", StringComparison.OrdinalIgnoreCase),
        };
    }

    // Environment variables arrive as sections, files of settings as they are written.
    private string? Identity(string name) => _configuration[$"{StorageKey}:{name}"] ?? _configuration[$"{StorageKey}__{name}"];

    private string ConnectionString(string value)
    {
        // The value holds a key, so the problem never shows it.
        var usable = value.Trim() is "UseDevelopmentStorage=true" or "UseDevelopmentStorage=true;"
            || value.Contains("AccountName=", StringComparison.OrdinalIgnoreCase)
            || value.Contains("BlobEndpoint=", StringComparison.OrdinalIgnoreCase);
        if (!usable)
        {
            Problem(StorageKey, "(not shown)", "a connection string with AccountName and AccountKey, or UseDevelopmentStorage=true");
        }

        return value;
    }

    private ContainerSettings Containers()
    {
        var defaults = new ContainerSettings();
        var fixedName = _configuration["ActivationsContainer"];
        if (!string.IsNullOrEmpty(fixedName) && fixedName != ContainerSettings.Activations)
        {
            Problem("ActivationsContainer", fixedName, $"\"{ContainerSettings.Activations}\": the upload trigger names that container");
        }

        var containers = new ContainerSettings
        {
            Models = Container("ModelsContainer", defaults.Models),
            Autoencoders = Container("AutoencodersContainer", defaults.Autoencoders),
            Recipes = Container("RecipesContainer", defaults.Recipes),
            Results = Container("ResultsContainer", defaults.Results),
        };
        string[] names = [ContainerSettings.Activations, containers.Models, containers.Autoencoders, containers.Recipes, containers.Results];
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Length)
        {
            Problem("ResultsContainer", containers.Results, $"a different name for each container, not {string.Join(", ", names)}");
        }

        return containers;
    }

    private string Container(string key, string fallback)
    {
        var value = _configuration[key] is { Length: > 0 } set ? set : fallback;
        if (!ContainerName().IsMatch(value) || value.Contains("--", StringComparison.Ordinal))
        {
            Problem(key, value, "a container name: 3 to 63 lower-case letters, digits and single dashes");
        }

        return value;
    }

    private string Schedule(string key)
    {
        var value = _configuration[key] ?? "";
        if (CrontabSchedule.TryParse(value, new CrontabSchedule.ParseOptions { IncludingSeconds = true }) is null)
        {
            Problem(key, value, "six NCrontab fields: second, minute, hour, day, month, day of week, such as \"0 0 3 * * *\"");
        }

        return value;
    }

    private int Integer(string key, int fallback, int least, int most)
    {
        var value = _configuration[key];
        if (string.IsNullOrWhiteSpace(value))
        {
            return fallback;
        }

        if (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Problem(key, value, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
        return fallback;
    }

    private T Choice<T>(string key, T fallback)
        where T : struct, Enum
    {
        var value = _configuration[key];
        if (string.IsNullOrWhiteSpace(value))
        {
            return fallback;
        }

        if (Enum.GetValues<T>().Cast<T?>().FirstOrDefault(choice => string.Equals($"{choice}", value, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            return found;
        }

        Problem(key, value, $"one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}");
        return fallback;
    }

    private void Problem(string key, string? value, string right) =>
        _problems.Add(value is null ? $"setting {key} is missing: it must be {right}" : $"setting {key} is \"{value}\": it must be {right}");

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$")]
    private static partial Regex ContainerName();
}

using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace AeServerless.LocalHost.Settings;

/// <summary>Puts <c>host.json</c> and <c>local.settings.json</c> beneath the other sources of configuration.</summary>
internal static class AppConfiguration
{
    public static void AddFiles(ConfigurationManager configuration, string folder)
    {
        var host = new ConfigurationBuilder();
        if (File.Exists(Path.Combine(folder, "host.json")))
        {
            Load("host.json", () => host.AddJsonFile(Path.Combine(folder, "host.json")).Build());
        }

        var values = host.Build().AsEnumerable().Where(pair => pair.Value is not null)
            .Select(pair => KeyValuePair.Create("AzureFunctionsJobHost:" + pair.Key, pair.Value));

        // First in the list is lowest: environment variables and the command line override.
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = values });
        configuration.Sources.Insert(
            1, new MemoryConfigurationSource { InitialData = ReadLocalSettings(Path.Combine(folder, "local.settings.json")) });
    }

    private static IEnumerable<KeyValuePair<string, string?>> ReadLocalSettings(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        return Load("local.settings.json", () =>
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (!document.RootElement.TryGetProperty("Values", out var values))
            {
                return [];
            }

            // As in environment variables, a double underscore stands for a level.
            return values.EnumerateObject()
                .Select(
                    value => KeyValuePair.Create(value.Name.Replace("__", ":", StringComparison.Ordinal), (string?)value.Value.ToString()))
                .ToList();
        });
    }

    private static T Load<T>(string file, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or FormatException or InvalidOperationException)
        {
            throw new HostConfigurationException($"{file} is not valid JSON: {(e.InnerException ?? e).Message}");
        }
    }
}

using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AeServerless.LocalHost.Settings;

/// <summary>Reads settings and names the one that is not right.</summary>
internal sealed class ConfigurationValues(IConfiguration configuration)
{
    public string? Text(string key) => configuration[key] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    public int Integer(string key, int fallback, int least, int most)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new HostConfigurationException($"{Shown(key)} is '{text}': it must be a whole number from {least} to {most}.");
    }

    public bool Boolean(string key, bool fallback)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        return bool.TryParse(text, out var value)
            ? value
            : throw new HostConfigurationException($"{Shown(key)} is '{text}': it must be true or false.");
    }

    public TimeSpan Seconds(string key, TimeSpan fallback, double least, double most)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        return double.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? TimeSpan.FromSeconds(value)
            : throw new HostConfigurationException(
                string.Create(
                    CultureInfo.InvariantCulture, $"{Shown(key)} is '{text}': it must be a number of seconds from {least} to {most}."));
    }

    public TimeSpan Span(string key, TimeSpan fallback)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value > TimeSpan.Zero
            ? value
            : throw new HostConfigurationException($"{Shown(key)} is '{text}': it must be a time above zero as hh:mm:ss.");
    }

    public T Choice<T>(string key, T fallback)
        where T : struct, Enum
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        return Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0])
            ? value
            : throw new HostConfigurationException(
                $"{Shown(key)} is '{text}': it must be one of "
                    + $"{string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}.");
    }

    private static string Shown(string key) => key.StartsWith("AzureFunctionsJobHost:", StringComparison.Ordinal)
        ? $"host.json: {key["AzureFunctionsJobHost:".Length..].Replace(':', '.')}"
        : $"Setting '{key}'";
}

/// <summary>The app's settings or functions are not as they must be; the message says which and what would be right.</summary>
/// <param name="message">The message.</param>
internal sealed class HostConfigurationException(string message) : Exception(message);

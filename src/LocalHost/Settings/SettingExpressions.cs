using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace AeServerless.LocalHost.Settings;

/// <summary><c>%Name%</c> in an attribute or in host.json: the value of that setting.</summary>
internal static partial class SettingExpressions
{
    public static string Expand(string text, IConfiguration configuration) => Expression().Replace(
        text,
        match => configuration[match.Groups[1].Value]
            ?? throw new HostConfigurationException($"Setting '{match.Groups[1].Value}' is missing: '{text}' refers to it."));

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Expression();
}

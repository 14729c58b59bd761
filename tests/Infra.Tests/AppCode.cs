using AeServerless.Functions.Endpoints;
using AeServerless.Functions.Settings;
using AeServerless.Infra.Tests.Settings;
using Microsoft.Extensions.Configuration;

namespace AeServerless.Infra.Tests;

/// <summary>What the function app's code has: the other side of every comparison with its deployment.</summary>
internal static class AppCode
{
    /// <summary>Served by both apps: it is how each is asked whether it lives.</summary>
    public const string Health = nameof(AeServerless.Functions.Triggers.Health);

    /// <summary>Names of all functions.</summary>
    public static IReadOnlySet<string> Functions => FunctionCoverage.All;

    /// <summary>Names of the settings that the code reads, but for those of the storage connection and the functions disabled.</summary>
    public static IReadOnlySet<string> Settings { get; } = ReadBy(new Dictionary<string, string?>
    {
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
        ["NightlySchedule"] = "0 0 3 * * *",
    });

    /// <summary>The settings that the code asks for at start where the configuration has these.</summary>
    public static IReadOnlySet<string> ReadBy(IReadOnlyDictionary<string, string?> values)
    {
        var configuration = new RecordingConfiguration(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        SettingsReader.Read(configuration);
        FunctionCoverage.Check(configuration);
        return configuration.Read.Where(key => !key.StartsWith("AzureWebJobs", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
    }
}

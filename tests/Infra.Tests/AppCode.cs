using System.Reflection;
using AeServerless.Functions.Settings;
using AeServerless.Infra.Tests.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AeServerless.Infra.Tests;

/// <summary>What the built function app has: the other side of every comparison with its deployment.</summary>
internal static class AppCode
{
    private static readonly Assembly App = typeof(SettingsReader).Assembly;

    private static readonly Dictionary<string, MethodInfo> Methods =
        (from type in App.GetTypes()
         from method in type.GetMethods(
             BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
         let function = method.GetCustomAttribute<FunctionAttribute>()
         where function is not null
         select (function.Name, method)).ToDictionary(pair => pair.Name, pair => pair.method, StringComparer.Ordinal);

    /// <summary>Names of all functions.</summary>
    public static IReadOnlySet<string> Functions { get; } = Methods.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>The function that every app serves: it is how each is asked whether it is healthy.</summary>
    public static string Health => "Health";

    /// <summary>Where it answers.</summary>
    public static string HealthPath { get; } = $"/api/{Trigger<HttpTriggerAttribute>(Health)!.Route}";

    /// <summary>Functions that a blob starts, by the blobs that start them.</summary>
    public static ILookup<string, string> BlobFunctions { get; } = Methods.Keys
        .Where(name => Trigger<BlobTriggerAttribute>(name) is not null)
        .ToLookup(name => Trigger<BlobTriggerAttribute>(name)!.BlobPath, StringComparer.Ordinal);

    /// <summary>Names of the settings that the code reads, but for those of the storage connection and the functions disabled.</summary>
    public static IReadOnlySet<string> Settings { get; } = ReadBy(new Dictionary<string, string?>
    {
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
        ["NightlySchedule"] = "0 0 3 * * *",
    });

    /// <summary>What the app's log lines are filtered by: the types that they are logged for.</summary>
    public static IReadOnlySet<string> LogCategories { get; } =
        (from type in App.GetTypes()
         from constructor in type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
         from parameter in constructor.GetParameters()
         let logger = parameter.ParameterType
         where logger.IsGenericType && logger.GetGenericTypeDefinition() == typeof(ILogger<>)
         select logger.GetGenericArguments()[0].FullName!).ToHashSet(StringComparer.Ordinal);

    /// <summary>Templates of what the app logs.</summary>
    public static IReadOnlyList<string> LogMessages { get; } =
        [.. from type in App.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly)
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()
            where message is not null
            select message.Message];

    public static bool IsEventGrid(string function) => Trigger<BlobTriggerAttribute>(function)?.Source == BlobTriggerSource.EventGrid;

    /// <summary>The settings that the code asks for at start where the configuration has these.</summary>
    public static IReadOnlySet<string> ReadBy(IReadOnlyDictionary<string, string?> values)
    {
        var configuration = new RecordingConfiguration(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        ReadSettings(configuration);
        return configuration.Read
            .Where(key => !key.StartsWith("AzureWebJobs", StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>What the app makes of a configuration at its start.</summary>
    /// <exception cref="OptionsValidationException">It can't be used.</exception>
    public static AppSettings ReadSettings(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddAppSettings(configuration);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<AppSettings>();
    }

    private static T? Trigger<T>(string function)
        where T : Attribute => Methods[function].GetParameters()
            .Select(parameter => parameter.GetCustomAttribute<T>())
            .FirstOrDefault(trigger => trigger is not null);
}

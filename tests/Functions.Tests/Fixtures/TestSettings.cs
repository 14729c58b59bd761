using AeServerless.Functions.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.Functions.Tests.Fixtures;

/// <summary>App settings of one test: containers and a hub of its own.</summary>
internal static class TestSettings
{
    public static Dictionary<string, string?> Create(string connectionString, params (string Key, string Value)[] more)
    {
        var name = TestNames.Next("t");
        var settings = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = connectionString,
            ["NightlySchedule"] = "0 0 3 1 1 *",
            ["ModelsContainer"] = $"models-{name}",
            ["AutoencodersContainer"] = $"autoencoders-{name}",
            ["RecipesContainer"] = $"recipes-{name}",
            ["ResultsContainer"] = $"results-{name}",
            ["EngineThreads"] = "1",
            ["AzureFunctionsJobHost:extensions:durableTask:hubName"] = $"hub{name}",
            ["LocalHostBlobPollSeconds"] = "0.2",
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }

    /// <summary>What the app makes of settings.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">They can't be used.</exception>
    public static AppSettings Read(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddAppSettings(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<AppSettings>();
    }
}

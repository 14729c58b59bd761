using AeServerless.Functions.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AeServerless.Robustness.Tests.Errors;

/// <summary>Settings that the function app does not start with.</summary>
internal static class SettingErrors
{
    public static IReadOnlyList<ErrorCase> All { get; } =
    [
        Setting("no storage", "AzureWebJobsStorage", null),
        Setting("storage that is no connection string", "AzureWebJobsStorage", "secret"),
        Setting("no schedule", "NightlySchedule", null),
        Setting("schedule of five fields", "NightlySchedule", "0 3 * * *"),
        Setting("number out of range", "ChunksInFlight", "0"),
        Setting("number that is none", "EngineThreads", "all"),
        Setting("unknown device", "EngineDevice", "tpu"),
        Setting("container name that storage does not take", "ResultsContainer", "My_Results"),
        Setting("two containers of one name", "ResultsContainer", "models"),
        Setting("time-out out of range", "StorageTimeoutSeconds", "0"),
    ];

    private static ErrorCase Setting(string what, string name, string? value) => new($"setting: {what}", (_, _) =>
    {
        var values = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["NightlySchedule"] = "0 0 3 * * *",
            [name] = value,
        };
        var services = new ServiceCollection();
        services.AddAppSettings(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<AppSettings>);
        return Task.FromResult(new ErrorSeen("no start", error.Message));
    });
}

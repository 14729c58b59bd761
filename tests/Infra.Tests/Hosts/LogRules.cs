using Microsoft.Extensions.Logging;

namespace AeServerless.Infra.Tests.Hosts;

/// <summary>What the app says reaches the log, and what its framework says does not bury it.</summary>
internal static class LogRules
{
    private static readonly Dictionary<string, LogLevel> Framework = new(StringComparer.Ordinal)
    {
        ["Microsoft.AspNetCore.Hosting.Diagnostics"] = LogLevel.Warning,
        ["Microsoft.AspNetCore.Http.Result.JsonResult"] = LogLevel.Warning,
        ["Azure.Core"] = LogLevel.Error,
        ["Azure.Identity"] = LogLevel.Warning,
        ["DurableTask.AzureStorage"] = LogLevel.Warning,
        ["DurableTask.Core"] = LogLevel.Warning,
        ["DurableTask.Core.TaskHubWorker"] = LogLevel.Warning,
        ["Host.Triggers.DurableTask"] = LogLevel.Warning,
    };

    // Under a Functions host a line of the worker has the function's name for its category, and not the one that it was logged for.
    private static IEnumerable<string> Ours =>
        AppCode.LogCategories.Concat(AppCode.Functions.Select(function => $"Function.{function}.User"));

    public static IEnumerable<string> Find(HostJson host) =>
    [
        .. Ours.SelectMany(category => Expect(host, category, LogLevel.Information)),
        .. Framework.SelectMany(category => Expect(host, category.Key, category.Value)),
    ];

    private static IEnumerable<string> Expect(HostJson host, string category, LogLevel right)
    {
        var level = host.LevelOf(category);
        return level == right ? [] : [$"{category} is logged from {level} on, it must be {right}"];
    }
}

using AeServerless.LocalHost.Settings;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Functions: {Functions}")]
    public static partial void FunctionsFound(this ILogger logger, string functions);

    [LoggerMessage(2, LogLevel.Information, "Disabled functions: {Functions}")]
    public static partial void FunctionsDisabled(this ILogger logger, string functions);

    [LoggerMessage(
        3,
        LogLevel.Information,
        "Task hub {Hub} in {Account}, role {Role}; {Activities} activities and {Orchestrators} orchestrators at once")]
    public static partial void HubOpened(this ILogger logger, string hub, string account, HostRole role, int activities, int orchestrators);

    [LoggerMessage(4, LogLevel.Information, "Listening on {Address}")]
    public static partial void Listening(this ILogger logger, string address);

    [LoggerMessage(5, LogLevel.Information, "The key for HTTP calls (x-functions-key) is in {Path}")]
    public static partial void KeyFile(this ILogger logger, string path);

    [LoggerMessage(6, LogLevel.Warning, "Storage at {Account} can't be reached ({Problem}); trying again. {Advice}")]
    public static partial void StorageUnreachable(this ILogger logger, string account, string problem, string advice);

    [LoggerMessage(12, LogLevel.Information, "Stopping: up to {Seconds} s for what is in flight ({Running} activities)")]
    public static partial void Draining(this ILogger logger, double seconds, int running);

    [LoggerMessage(13, LogLevel.Information, "Stopped; what was not done goes on when a host of this hub runs")]
    public static partial void Drained(this ILogger logger);

    [LoggerMessage(14, LogLevel.Critical, "{Problem}")]
    public static partial void StartFailed(this ILogger logger, string problem);

    [LoggerMessage(20, LogLevel.Warning, "Storage failed at {Operation} (attempt {Attempt}); trying again")]
    public static partial void StorageRetried(this ILogger logger, Exception exception, string operation, int attempt);

    [LoggerMessage(30, LogLevel.Warning, "Activity {Name} of {InstanceId} failed")]
    public static partial void ActivityFailed(this ILogger logger, Exception exception, string name, string instanceId);

    [LoggerMessage(31, LogLevel.Warning, "Activity {Name} of {InstanceId} is handed back")]
    public static partial void ActivityHandedBack(this ILogger logger, string name, string instanceId);

    [LoggerMessage(40, LogLevel.Error, "HTTP function {Name} failed")]
    public static partial void HttpFunctionFailed(this ILogger logger, Exception exception, string name);

    [LoggerMessage(50, LogLevel.Information, "Blob function {Name} runs for {Container}/{Blob} (attempt {Attempt})")]
    public static partial void BlobFunctionRuns(this ILogger logger, string name, string container, string blob, int attempt);

    [LoggerMessage(51, LogLevel.Warning, "Blob function {Name} failed for {Container}/{Blob} (attempt {Attempt} of {Attempts})")]
    public static partial void BlobFunctionFailed(
        this ILogger logger, Exception? exception, string name, string container, string blob, int attempt, int attempts);

    [LoggerMessage(52, LogLevel.Error, "Blob function {Name} gave up on {Container}/{Blob}: a message is in queue {Queue}")]
    public static partial void BlobPoisoned(this ILogger logger, string name, string container, string blob, string queue);

    [LoggerMessage(53, LogLevel.Warning, "Listing blobs for {Name} failed; trying again")]
    public static partial void BlobListingFailed(this ILogger logger, Exception exception, string name);

    [LoggerMessage(60, LogLevel.Information, "Timer function {Name} runs (past due: {IsPastDue})")]
    public static partial void TimerFunctionRuns(this ILogger logger, string name, bool isPastDue);

    [LoggerMessage(61, LogLevel.Error, "Timer function {Name} failed")]
    public static partial void TimerFunctionFailed(this ILogger logger, Exception exception, string name);

    [LoggerMessage(62, LogLevel.Information, "Timer function {Name} runs next at {Next:u}")]
    public static partial void TimerScheduled(this ILogger logger, string name, DateTime next);

    [LoggerMessage(70, LogLevel.Information, "This host watches blobs and rings timers for its hub")]
    public static partial void TriggersTaken(this ILogger logger);

    [LoggerMessage(71, LogLevel.Warning, "Another host watches blobs and rings timers now")]
    public static partial void TriggersLost(this ILogger logger);

    [LoggerMessage(72, LogLevel.Warning, "The trigger lease can't be read or renewed; trying again")]
    public static partial void TriggerLeaseFailed(this ILogger logger, Exception exception);

    [LoggerMessage(73, LogLevel.Information, "Not served by a local host, since it waits for Event Grid: {Function}")]
    public static partial void EventGridLeftOut(this ILogger logger, string function);

    [LoggerMessage(80, LogLevel.Warning, "Custom status of {Orchestrator} has {Length} characters and is left out: it may have {Longest}")]
    public static partial void StatusLeftOut(this ILogger logger, string orchestrator, int length, int longest);
}

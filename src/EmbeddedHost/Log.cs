using AeServerless.EmbeddedHost.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Functions: {Functions}")]
    public static partial void FunctionsFound(this ILogger logger, string functions);

    [LoggerMessage(2, LogLevel.Information, "Disabled functions: {Functions}")]
    public static partial void FunctionsDisabled(this ILogger logger, string functions);

    [LoggerMessage(3, LogLevel.Information, "Task hub {Hub} in {Account}; {Activities} activities and {Orchestrators} orchestrators at once")]
    public static partial void HubOpened(this ILogger logger, string hub, string account, int activities, int orchestrators);

    [LoggerMessage(4, LogLevel.Information, "Listening on {Address}")]
    public static partial void Listening(this ILogger logger, string address);

    [LoggerMessage(5, LogLevel.Information, "The key for HTTP calls (x-functions-key) is in {Path}")]
    public static partial void KeyFile(this ILogger logger, string path);

    [LoggerMessage(6, LogLevel.Warning, "Storage at {Account} can't be reached ({Problem}); trying again. {Advice}")]
    public static partial void StorageUnreachable(this ILogger logger, string account, string problem, string advice);

    [LoggerMessage(7, LogLevel.Information, "Waiting: task hub {Hub} is owned by {Owner}")]
    public static partial void WaitingForOwnership(this ILogger logger, string hub, string owner);

    [LoggerMessage(8, LogLevel.Information, "Owner of task hub {Hub}")]
    public static partial void OwnershipTaken(this ILogger logger, string hub);

    [LoggerMessage(9, LogLevel.Information, "The owner of task hub {Hub}, {Owner}, is dead: taking over")]
    public static partial void DeadOwner(this ILogger logger, string hub, string owner);

    [LoggerMessage(10, LogLevel.Warning, "Could not renew the lease on task hub {Hub}: {Problem}")]
    public static partial void RenewalFailed(this ILogger logger, string hub, string problem);

    [LoggerMessage(15, LogLevel.Error, "The lease on task hub {Hub} has run out while storage can't be reached: nothing is written until it is renewed")]
    public static partial void LeaseRanOut(this ILogger logger, string hub);

    [LoggerMessage(11, LogLevel.Information, "{Count} unfinished orchestrations go on")]
    public static partial void Recovered(this ILogger logger, int count);

    [LoggerMessage(12, LogLevel.Information, "Stopping: up to {Seconds} s for what is in flight ({Running} activities)")]
    public static partial void Draining(this ILogger logger, double seconds, int running);

    [LoggerMessage(13, LogLevel.Information, "Stopped; {HandedBack} activities will run again at the next start")]
    public static partial void Drained(this ILogger logger, int handedBack);

    [LoggerMessage(14, LogLevel.Critical, "{Problem}")]
    public static partial void StartFailed(this ILogger logger, string problem);

    [LoggerMessage(20, LogLevel.Warning, "Storage failed at {Operation} (attempt {Attempt}); trying again")]
    public static partial void StorageRetried(this ILogger logger, Exception exception, string operation, int attempt);

    [LoggerMessage(21, LogLevel.Information, "Orchestration {Name} {InstanceId} started")]
    public static partial void OrchestrationStarted(this ILogger logger, string name, string instanceId);

    [LoggerMessage(22, LogLevel.Information, "Orchestration {Name} {InstanceId} ended: {Status} {Reason}")]
    public static partial void OrchestrationEnded(this ILogger logger, string name, string instanceId, OrchestrationRuntimeStatus status, string? reason);

    [LoggerMessage(23, LogLevel.Error, "Orchestration {Name} {InstanceId} is not deterministic: {Problem}")]
    public static partial void NonDeterministic(this ILogger logger, string name, string instanceId, string problem);

    [LoggerMessage(24, LogLevel.Warning, "Instance {InstanceId} is read again: {Problem}")]
    public static partial void InstanceReloaded(this ILogger logger, Exception exception, string instanceId, string problem);

    [LoggerMessage(25, LogLevel.Warning, "History of earlier executions of {InstanceId} is left behind")]
    public static partial void CleaningFailed(this ILogger logger, Exception exception, string instanceId);

    [LoggerMessage(30, LogLevel.Warning, "Activity {Name} #{TaskId} of {InstanceId} failed")]
    public static partial void ActivityFailed(this ILogger logger, Exception exception, string name, int taskId, string instanceId);

    [LoggerMessage(31, LogLevel.Warning, "Activity {Name} #{TaskId} of {InstanceId} is handed back")]
    public static partial void ActivityHandedBack(this ILogger logger, string name, int taskId, string instanceId);

    [LoggerMessage(40, LogLevel.Error, "HTTP function {Name} failed")]
    public static partial void HttpFunctionFailed(this ILogger logger, Exception exception, string name);

    [LoggerMessage(50, LogLevel.Information, "Blob function {Name} runs for {Container}/{Blob} (attempt {Attempt})")]
    public static partial void BlobFunctionRuns(this ILogger logger, string name, string container, string blob, int attempt);

    [LoggerMessage(51, LogLevel.Warning, "Blob function {Name} failed for {Container}/{Blob} (attempt {Attempt} of {Attempts})")]
    public static partial void BlobFunctionFailed(this ILogger logger, Exception? exception, string name, string container, string blob, int attempt, int attempts);

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
}

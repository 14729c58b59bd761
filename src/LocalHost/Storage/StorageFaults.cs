using Azure;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Storage;

/// <summary>Tells what of storage's failures may pass.</summary>
internal static class StorageFaults
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(15);

    /// <summary>Whether the exception is storage's, or of the way to it.</summary>
    public static bool IsStorage(Exception exception) => exception switch
    {
        RequestFailedException or IOException or HttpRequestException or TimeoutException => true,

        // The SDK's own retries end in these.
        AggregateException aggregate => aggregate.Flatten().InnerExceptions.All(IsStorage),
        TaskCanceledException { CancellationToken.IsCancellationRequested: false } => true,

        // The engine wraps what storage answered.
        { InnerException: RequestFailedException } => true,
        _ => false,
    };

    /// <summary>Does something idempotent until storage lets it through.</summary>
    public static async Task<T> RetryAsync<T>(
        Func<Task<T>> action, string operation, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await action();
            }
            catch (Exception e) when (IsStorage(e) && !cancellationToken.IsCancellationRequested)
            {
                logger.StorageRetried(e, operation, attempt + 1);
                await Task.Delay(Delay(attempt), time, cancellationToken);
            }
        }
    }

    /// <summary>Does something idempotent until storage lets it through.</summary>
    public static Task RetryAsync(
        Func<Task> action, string operation, TimeProvider time, ILogger logger, CancellationToken cancellationToken) =>
        RetryAsync(
        async () =>
        {
            await action();
            return true;
        },
        operation,
        time,
        logger,
        cancellationToken);

    /// <summary>How long to wait before attempt number <paramref name="attempt"/> + 1.</summary>
    public static TimeSpan Delay(int attempt)
    {
        // Cap the exponent: storage may stay away for days.
        var ticks = FirstDelay.Ticks << Math.Min(attempt, 10);
        return ticks < LongestDelay.Ticks ? TimeSpan.FromTicks(ticks) : LongestDelay;
    }
}

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
    /// <param name="action">What is done.</param>
    /// <param name="failed">Is told of each failure that is followed by another try.</param>
    /// <param name="time">Measures the pauses.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <param name="retries">How often it is tried again at the most: the failure after that is the caller's.</param>
    public static async Task<T> RetryAsync<T>(
        Func<Task<T>> action,
        Action<Exception, int> failed,
        TimeProvider time,
        CancellationToken cancellationToken,
        int retries = int.MaxValue)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await action();
            }
            catch (Exception e) when (attempt < retries && IsStorage(e) && !cancellationToken.IsCancellationRequested)
            {
                failed(e, attempt + 1);
                await Task.Delay(Delay(attempt), time, cancellationToken);
            }
        }
    }

    /// <summary>Does something idempotent until storage lets it through, and logs each failure under the operation's name.</summary>
    public static Task<T> RetryAsync<T>(
        Func<Task<T>> action, string operation, TimeProvider time, ILogger logger, CancellationToken cancellationToken) =>
        RetryAsync(action, (e, attempt) => logger.StorageRetried(e, operation, attempt), time, cancellationToken);

    /// <inheritdoc cref="RetryAsync{T}(Func{Task{T}}, string, TimeProvider, ILogger, CancellationToken)"/>
    public static Task RetryAsync(
        Func<Task> action, string operation, TimeProvider time, ILogger logger, CancellationToken cancellationToken) =>
        RetryAsync(Answering(action), operation, time, logger, cancellationToken);

    /// <summary>The action as one that has an answer.</summary>
    public static Func<Task<bool>> Answering(Func<Task> action) => async () =>
    {
        await action();
        return true;
    };

    /// <summary>How long to wait before attempt number <paramref name="attempt"/> + 1.</summary>
    public static TimeSpan Delay(int attempt)
    {
        // Cap the exponent: storage may stay away for days.
        var ticks = FirstDelay.Ticks << Math.Min(attempt, 10);
        return ticks < LongestDelay.Ticks ? TimeSpan.FromTicks(ticks) : LongestDelay;
    }
}

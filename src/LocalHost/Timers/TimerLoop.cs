using AeServerless.LocalHost.Functions;
using AeServerless.LocalHost.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Timers;

/// <summary>
/// One timer function: waits for its times and runs it. One token ends the wait for the next time, the other asks the function itself to
/// end.
/// </summary>
internal sealed class TimerLoop(
    TimerSchedule timer,
    FunctionRunner runner,
    TimerStates states,
    TimeProvider time,
    ILogger logger,
    CancellationToken waiting,
    CancellationToken running)
{
    // Beyond it, a wall clock that was set would be noticed late, and a system timer overflows.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    public async Task RunAsync()
    {
        try
        {
            var (status, isPastDue) = await BeginAsync();
            if (isPastDue || timer.Trigger.RunOnStartup)
            {
                status = await RingAsync(status, isPastDue);
            }

            while (true)
            {
                logger.TimerScheduled(timer.Function.Name, status.Next);
                await SleepAsync(status.Next);
                status = await RingAsync(status, isPastDue: false);
            }
        }
        catch (OperationCanceledException) when (waiting.IsCancellationRequested)
        {
        }
    }

    private async Task<(ScheduleStatus Status, bool IsPastDue)> BeginAsync()
    {
        var stored = timer.IsMonitored
            ? await StorageFaults.RetryAsync(
                () => states.ReadAsync(timer.Function.Name, waiting), "read a timer's state", time, logger, waiting)
            : null;
        if (stored is null)
        {
            var first = new ScheduleStatus { Next = timer.Next(Now), LastUpdated = Now };
            await WriteAsync(first);
            return (first, false);
        }

        // By the schedule of today: it may have changed since.
        var expected = timer.Next(stored.Last == default ? stored.LastUpdated : stored.Last);
        if (expected != stored.Next)
        {
            stored = new()
            {
                Last = stored.Last,
                Next = stored.Last == default || expected < Now ? timer.Next(stored.LastUpdated) : expected,
                LastUpdated = stored.LastUpdated,
            };
        }

        return (stored, stored.Next < Now);
    }

    private async Task<ScheduleStatus> RingAsync(ScheduleStatus status, bool isPastDue)
    {
        waiting.ThrowIfCancellationRequested();
        logger.TimerFunctionRuns(timer.Function.Name, isPastDue);
        try
        {
            var info = new TimerInfo { ScheduleStatus = timer.IsMonitored ? status : null, IsPastDue = isPastDue };
            await runner.RunAsync(
                timer.Function, parameter => parameter == timer.Function.TriggerParameter ? info : null, default, null, running);
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
            // Not counted as run: it is past due at the next start.
            throw new OperationCanceledException(waiting);
        }
        catch (Exception e)
        {
            logger.TimerFunctionFailed(e, timer.Function.Name);
        }

        // A run may take longer than the schedule's interval: what fell into it is not made up for.
        var last = status.Next <= Now ? status.Next : Now;
        var after = new ScheduleStatus { Last = last, Next = timer.Next(Now), LastUpdated = Now };
        await WriteAsync(after);
        return after;
    }

    private async Task SleepAsync(DateTime until)
    {
        for (var left = until - Now; left > TimeSpan.Zero; left = until - Now)
        {
            await Task.Delay(
                left < LongestSleep ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : LongestSleep, time, waiting);
        }
    }

    private Task WriteAsync(ScheduleStatus status) => timer.IsMonitored
        ? StorageFaults.RetryAsync(
            () => states.WriteAsync(timer.Function.Name, status, CancellationToken.None), "store a timer's state", time, logger, waiting)
        : Task.CompletedTask;

    private DateTime Now => time.GetUtcNow().UtcDateTime;
}

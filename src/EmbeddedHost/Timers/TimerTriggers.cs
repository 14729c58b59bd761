using AeServerless.EmbeddedHost.Functions;
using AeServerless.EmbeddedHost.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost.Timers;

/// <summary>Runs timer functions: each by itself, never twice at once.</summary>
internal sealed class TimerTriggers(
    FunctionCatalog catalog, FunctionRunner runner, HubStorage storage, IConfiguration configuration, TimeProvider time, ILogger<TimerTriggers> logger)
    : IDisposable
{
    // Beyond it, a wall clock that was set would be noticed late, and a system timer overflows.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _waiting = new();
    private readonly CancellationTokenSource _running = new();
    private readonly TimerStates _states = new(storage);
    private IReadOnlyList<TimerSchedule> _schedules = [];
    private Task _loops = Task.CompletedTask;

    /// <summary>Reads the schedules.</summary>
    public void Validate() => _schedules = [.. catalog.OfKind(FunctionKind.Timer).Select(function => TimerSchedule.Read(function, configuration))];

    public void Start() => _loops = Task.WhenAll(_schedules.Select(schedule => Task.Run(() => LoopAsync(schedule))));

    public async Task StopAsync(TimeSpan grace)
    {
        await _waiting.CancelAsync();
        if (await Task.WhenAny(_loops, Task.Delay(grace)) == _loops)
            return;
        await _running.CancelAsync();
        await Task.WhenAny(_loops, Task.Delay(TimeSpan.FromSeconds(3)));
    }

    public void Dispose()
    {
        _waiting.Dispose();
        _running.Dispose();
    }

    private async Task LoopAsync(TimerSchedule timer)
    {
        try
        {
            var (status, isPastDue) = await BeginAsync(timer);
            if (isPastDue || timer.Trigger.RunOnStartup)
                status = await RunAsync(timer, status, isPastDue);
            while (true)
            {
                logger.TimerScheduled(timer.Function.Name, status.Next);
                await SleepAsync(status.Next);
                status = await RunAsync(timer, status, isPastDue: false);
            }
        }
        catch (OperationCanceledException) when (_waiting.IsCancellationRequested)
        {
        }
    }

    private async Task<(ScheduleStatus Status, bool IsPastDue)> BeginAsync(TimerSchedule timer)
    {
        var stored = timer.IsMonitored
            ? await StorageFaults.RetryAsync(
                () => _states.ReadAsync(timer.Function.Name, _waiting.Token), "read a timer's state", time, logger, _waiting.Token)
            : null;
        if (stored is null)
        {
            var first = new ScheduleStatus { Next = timer.Next(Now), LastUpdated = Now };
            await WriteAsync(timer, first);
            return (first, false);
        }

        // By the schedule of today: it may have changed since.
        var expected = timer.Next(stored.Last == default ? stored.LastUpdated : stored.Last);
        if (expected != stored.Next)
        {
            stored = new() { Last = stored.Last, Next = stored.Last == default || expected < Now ? timer.Next(stored.LastUpdated) : expected, LastUpdated = stored.LastUpdated };
        }

        return (stored, stored.Next < Now);
    }

    private async Task<ScheduleStatus> RunAsync(TimerSchedule timer, ScheduleStatus status, bool isPastDue)
    {
        _waiting.Token.ThrowIfCancellationRequested();
        logger.TimerFunctionRuns(timer.Function.Name, isPastDue);
        try
        {
            var info = new TimerInfo { ScheduleStatus = timer.IsMonitored ? status : null, IsPastDue = isPastDue };
            await runner.RunAsync(timer.Function, parameter => parameter == timer.Function.TriggerParameter ? info : null, default, null, _running.Token);
        }
        catch (OperationCanceledException) when (_running.IsCancellationRequested)
        {
            // Not counted as run: it is past due at the next start.
            throw new OperationCanceledException(_waiting.Token);
        }
        catch (Exception e)
        {
            logger.TimerFunctionFailed(e, timer.Function.Name);
        }

        // A run may take longer than the schedule's interval: what fell into it is not made up for.
        var last = status.Next <= Now ? status.Next : Now;
        var after = new ScheduleStatus { Last = last, Next = timer.Next(Now), LastUpdated = Now };
        await WriteAsync(timer, after);
        return after;
    }

    private async Task SleepAsync(DateTime until)
    {
        for (var left = until - Now; left > TimeSpan.Zero; left = until - Now)
            await Task.Delay(left < LongestSleep ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : LongestSleep, time, _waiting.Token);
    }

    private Task WriteAsync(TimerSchedule timer, ScheduleStatus status) => timer.IsMonitored
        ? StorageFaults.RetryAsync(() => _states.WriteAsync(timer.Function.Name, status, CancellationToken.None), "store a timer's state", time, logger, _waiting.Token)
        : Task.CompletedTask;

    private DateTime Now => time.GetUtcNow().UtcDateTime;
}

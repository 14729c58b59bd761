using AeServerless.LocalHost.Functions;
using AeServerless.LocalHost.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Timers;

/// <summary>Runs timer functions: each by itself, never twice at once.</summary>
internal sealed class TimerTriggers(
    FunctionCatalog catalog,
    FunctionRunner runner,
    HubStorage storage,
    IConfiguration configuration,
    TimeProvider time,
    ILogger<TimerTriggers> logger)
{
    private readonly TimerStates _states = new(storage);
    private IReadOnlyList<TimerSchedule> _schedules = [];

    /// <summary>Reads the schedules.</summary>
    public void Validate() =>
        _schedules = [.. catalog.OfKind(FunctionKind.Timer).Select(function => TimerSchedule.Read(function, configuration))];

    /// <summary>Rings until told to stop.</summary>
    /// <param name="waiting">Ends the wait for the next time; functions that run go on.</param>
    /// <param name="running">Asks functions that run to end.</param>
    public Task RunAsync(CancellationToken waiting, CancellationToken running) =>
        Task.WhenAll(_schedules.Select(schedule => new TimerLoop(schedule, runner, _states, time, logger, waiting, running).RunAsync()));
}

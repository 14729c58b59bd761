using AeServerless.LocalHost.Functions;
using AeServerless.LocalHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using NCrontab;

namespace AeServerless.LocalHost.Timers;

/// <summary>When a timer function runs.</summary>
/// <param name="Function">The function.</param>
/// <param name="Trigger">Its trigger.</param>
/// <param name="Schedule">Its schedule, in UTC.</param>
internal sealed record TimerSchedule(FunctionDescriptor Function, TimerTriggerAttribute Trigger, CrontabSchedule Schedule)
{
    private static readonly TimeSpan ShortestMonitored = TimeSpan.FromMinutes(1);

    /// <summary>Whether runs are stored: not for schedules of less than a minute, as in Azure.</summary>
    public bool IsMonitored { get; } = Trigger.UseMonitor && ShortestInterval(Schedule) >= ShortestMonitored;

    public DateTime Next(DateTime after) => DateTime.SpecifyKind(Schedule.GetNextOccurrence(after), DateTimeKind.Utc);

    public static TimerSchedule Read(FunctionDescriptor function, IConfiguration configuration)
    {
        var trigger = (TimerTriggerAttribute)function.Trigger;
        if (function.TriggerParameter.ParameterType != typeof(TimerInfo))
        {
            throw new HostConfigurationException($"Function '{function.Name}': the [TimerTrigger] parameter must be a TimerInfo.");
        }

        string expression;
        try
        {
            expression = SettingExpressions.Expand(trigger.Schedule, configuration);
        }
        catch (HostConfigurationException e)
        {
            throw new HostConfigurationException($"Function '{function.Name}': {e.Message}");
        }

        var schedule = TimerExpression.TryParse(expression) ?? throw new HostConfigurationException(
            $"Function '{function.Name}': schedule '{expression}'{(expression == trigger.Schedule ? "" : $" from '{trigger.Schedule}'")} " +
            "is not an NCrontab expression of six fields (second minute hour day month weekday) with a time to come, "
                + "such as '0 0 3 * * *'.");
        return new(function, trigger, schedule);
    }

    private static TimeSpan ShortestInterval(CrontabSchedule schedule)
    {
        var from = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var occurrences = schedule.GetNextOccurrences(from, from.AddYears(1)).Take(64).ToList();
        return occurrences.Count < 2 ? TimeSpan.MaxValue : occurrences.Zip(occurrences.Skip(1), (one, next) => next - one).Min();
    }
}

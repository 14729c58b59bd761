namespace AeServerless.EmbeddedHost;

/// <summary>Runs a function on a schedule (UTC).</summary>
/// <param name="schedule">
/// NCrontab with six fields (second minute hour day month weekday), or <c>%Setting%</c> for a setting that holds one.
/// </param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    /// <summary>The schedule as written: may name a setting.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Whether the function also runs whenever the host starts. The default is false.</summary>
    public bool RunOnStartup { get; set; }

    /// <summary>
    /// Whether the last run is stored, so that one missed while no host ran is made up for at start. The default is true;
    /// schedules that run more often than once a minute are never monitored.
    /// </summary>
    public bool UseMonitor { get; set; } = true;
}

namespace AeServerless.EmbeddedHost;

/// <summary>What a timer function gets to know of its schedule.</summary>
public sealed class TimerInfo
{
    /// <summary>Last and next run; null if the timer is not monitored.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this run makes up for one that was missed.</summary>
    public bool IsPastDue { get; set; }
}

namespace AeServerless.EmbeddedHost;

/// <summary>The stored state of a timer, in UTC.</summary>
public sealed class ScheduleStatus
{
    /// <summary>When the function last ran by schedule; default if it never did.</summary>
    public DateTime Last { get; set; }

    /// <summary>When it is expected next.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this was last written.</summary>
    public DateTime LastUpdated { get; set; }
}

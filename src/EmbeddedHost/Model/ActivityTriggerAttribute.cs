namespace AeServerless.EmbeddedHost;

/// <summary>Makes a function an activity; put it on the input parameter.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ActivityTriggerAttribute : Attribute
{
    /// <summary>The activity's name; by default the function's.</summary>
    public string? Activity { get; set; }
}

namespace AeServerless.EmbeddedHost;

/// <summary>Makes a function an orchestrator; put it on the <c>TaskOrchestrationContext</c> parameter.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OrchestrationTriggerAttribute : Attribute
{
    /// <summary>The orchestrator's name; by default the function's.</summary>
    public string? Orchestration { get; set; }
}

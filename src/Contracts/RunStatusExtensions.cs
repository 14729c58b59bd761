namespace AeServerless.Contracts;

/// <summary>Questions about a <see cref="RunStatus"/>.</summary>
public static class RunStatusExtensions
{
    /// <summary>Whether nothing more happens.</summary>
    public static bool IsOver(this RunStatus status) => status is RunStatus.Completed or RunStatus.Failed or RunStatus.Terminated;
}

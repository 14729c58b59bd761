namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>Ties work that was handed out to the execution that asked for it.</summary>
/// <param name="executionId">The execution.</param>
internal sealed class ExecutionToken(string executionId)
{
    /// <summary>The number under which an execution's delayed start is timed; actions count from 0.</summary>
    public const int StartTimer = -1;

    private volatile bool _abandoned;

    public string ExecutionId => executionId;

    /// <summary>Whether nobody waits for the work any more.</summary>
    public bool IsAbandoned => _abandoned;

    public void Abandon() => _abandoned = true;
}

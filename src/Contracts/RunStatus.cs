namespace AeServerless.Contracts;

/// <summary>Where the orchestration of a run, a verification or a cleanup stands.</summary>
public enum RunStatus
{
    /// <summary>It waits to begin.</summary>
    Pending,

    /// <summary>It is under way.</summary>
    Running,

    /// <summary>An operator has suspended it.</summary>
    Suspended,

    /// <summary>It is done.</summary>
    Completed,

    /// <summary>It has ended with an error.</summary>
    Failed,

    /// <summary>It was ended on request.</summary>
    Terminated,
}

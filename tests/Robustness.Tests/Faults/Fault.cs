namespace AeServerless.Robustness.Tests.Faults;

/// <summary>What can go wrong with one request on its way to storage and back.</summary>
internal enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>503 ServerBusy with Retry-After; storage never sees the request.</summary>
    Throttled,

    /// <summary>No answer, ever; storage never sees the request.</summary>
    Silence,

    /// <summary>The connection breaks before storage has the whole request.</summary>
    ResetInRequest,

    /// <summary>Storage does what was asked, but the connection breaks before the answer.</summary>
    AnswerLost,

    /// <summary>The connection breaks in the middle of the answer's body.</summary>
    ResetInAnswer,

    /// <summary>The answer is well-formed, but its body is only the first half of what was asked for.</summary>
    ShortAnswer,

    /// <summary>500 InternalError; storage never sees the request.</summary>
    InternalError,

    /// <summary>409, as if another writer were at it; storage never sees the request.</summary>
    Conflict,

    /// <summary>412, as if another writer had been there first; storage never sees the request.</summary>
    ConditionNotMet,

    /// <summary>507 InsufficientStorage to every write: the disk is full.</summary>
    DiskFull,
}

namespace AeServerless.Functions.Results;

/// <summary>What made a stored result.</summary>
public enum ResultKind
{
    /// <summary>A chunk that was computed.</summary>
    Chunk,

    /// <summary>Results that were merged.</summary>
    Merge,
}

namespace AeServerless.Engine.Scalars;

/// <summary>Whether a derived scalar takes a trace configuration.</summary>
internal enum TraceUse
{
    /// <summary>It takes none.</summary>
    None,

    /// <summary>It takes one in place of the loss.</summary>
    Optional,

    /// <summary>It needs one.</summary>
    Required,
}

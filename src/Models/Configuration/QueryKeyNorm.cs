namespace AeServerless.Models.Configuration;

/// <summary>Whether queries and keys pass a norm before they are rotated.</summary>
public enum QueryKeyNorm
{
    /// <summary>They don't.</summary>
    None,

    /// <summary>Each head by itself.</summary>
    PerHead,

    /// <summary>All heads together.</summary>
    WholeProjection,
}

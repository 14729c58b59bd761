namespace AeServerless.Engine.Computation;

/// <summary>Why a token has no values in a result.</summary>
public enum ExclusionReason
{
    /// <summary>An activation or gradient of the token that the result needs is NaN or infinite.</summary>
    NonFinite,

    /// <summary>The token's sequence is too short to hold the positions that the request traces.</summary>
    SequenceTooShort,
}

namespace AeServerless.Engine.Graph;

/// <summary>Whether a token has a value in a node.</summary>
internal enum RowStatus : byte
{
    /// <summary>It has.</summary>
    Present,

    /// <summary>Something that the value depends on is NaN or infinite.</summary>
    NonFinite,

    /// <summary>The sequence does not reach the traced positions.</summary>
    SequenceTooShort,
}

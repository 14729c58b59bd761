namespace AeServerless.Engine.Statistics;

/// <summary>Whether a token counts in statistics, and why not. Results store the number.</summary>
public enum TokenMark : byte
{
    /// <summary>It counts.</summary>
    Counts = 0,

    /// <summary>The dataset masks it.</summary>
    Masked = 1,

    /// <summary>The recipe excludes its position in the sequence.</summary>
    Position = 2,

    /// <summary>The recipe excludes its id.</summary>
    TokenId = 3,

    /// <summary>Its norm is above the recipe's multiple of the shard's median.</summary>
    Norm = 4,
}

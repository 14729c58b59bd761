using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Summary;

/// <summary>Tokens that do not count, each under the first reason of these.</summary>
/// <param name="Masked">The dataset masks them.</param>
/// <param name="Positions">The recipe excludes their position.</param>
/// <param name="TokenIds">The recipe excludes their id.</param>
/// <param name="NormAbove">Their norm is above the recipe's multiple of the shard's median.</param>
public sealed record ExcludedSummary(long Masked, long Positions, long TokenIds, long NormAbove)
{
    internal static ExcludedSummary? Of(ExcludedTokens? tokens) => tokens is null ? null : new ExcludedSummary(
        tokens[TokenMark.Masked], tokens[TokenMark.Position], tokens[TokenMark.TokenId], tokens[TokenMark.Norm]);

    /// <summary>All of them.</summary>
    public long Total() => Masked + Positions + TokenIds + NormAbove;
}

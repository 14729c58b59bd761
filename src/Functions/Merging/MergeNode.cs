using AeServerless.Functions.Results;

namespace AeServerless.Functions.Merging;

/// <summary>A node of a merge tree.</summary>
/// <param name="Result">Where its result is.</param>
/// <param name="Parts">What it merges, in chunk order. A node of one part is that part, and nothing is merged.</param>
public sealed record MergeNode(ResultAddress Result, IReadOnlyList<ResultAddress> Parts)
{
    /// <summary>Whether there is something to merge.</summary>
    public bool IsMerge() => Parts.Count > 1;
}

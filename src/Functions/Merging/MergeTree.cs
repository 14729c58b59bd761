using AeServerless.Functions.Results;

namespace AeServerless.Functions.Merging;

/// <summary>
/// Which results are merged with which. A merge's key is a hash of its parts' keys: where none of them changed, the merge of an earlier run
/// is this one's.
/// </summary>
public static class MergeTree
{
    /// <summary>Results merged at once.</summary>
    public const int FanIn = 16;

    /// <summary>Nodes of each level above the leaves, up to the root; empty for one leaf.</summary>
    public static IReadOnlyList<int> Widths(int leaves)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leaves, 1);
        var widths = new List<int>();
        for (var width = leaves; width > 1;)
        {
            width = (width + FanIn - 1) / FanIn;
            widths.Add(width);
        }

        return widths;
    }

    /// <summary>The tree's levels above the leaves, up to the root.</summary>
    public static IReadOnlyList<IReadOnlyList<MergeNode>> Build(IReadOnlyList<ResultAddress> leaves)
    {
        var levels = new List<IReadOnlyList<MergeNode>>();
        while (leaves.Count > 1)
        {
            MergeNode[] level = [.. leaves.Chunk(FanIn).Select(Node)];
            levels.Add(level);
            leaves = [.. level.Select(node => node.Result)];
        }

        return levels;
    }

    /// <summary>Where the merge of all leaves is.</summary>
    public static ResultAddress Root(IReadOnlyList<ResultAddress> leaves)
    {
        return leaves.Count == 1 ? leaves[0] : Build(leaves)[^1][0].Result;
    }

    private static MergeNode Node(ResultAddress[] parts) =>
        new(parts.Length == 1 ? parts[0] : new ResultAddress(ResultKind.Merge, ResultKey.OfMerge(parts)), parts);
}

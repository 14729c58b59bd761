namespace AeServerless.Functions.Merging;

/// <summary>A node of a merge tree of a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Group">The group whose chunks are merged, or <see langword="null"/> for the tree over the groups.</param>
/// <param name="Level">Level above the leaves, from 0.</param>
/// <param name="Node">The node's place in its level.</param>
public sealed record MergeReference(string RunId, int? Group, int Level, int Node);

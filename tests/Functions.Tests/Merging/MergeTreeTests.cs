using System.Globalization;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Results;

namespace AeServerless.Functions.Tests.Merging;

public sealed class MergeTreeTests
{
    [Theory]
    [InlineData(1, new int[0])]
    [InlineData(2, new[] { 1 })]
    [InlineData(16, new[] { 1 })]
    [InlineData(17, new[] { 2, 1 })]
    [InlineData(256, new[] { 16, 1 })]
    [InlineData(391, new[] { 25, 2, 1 })]
    public void Widths_LeadToOneRoot(int leaves, int[] widths)
    {
        Assert.Equal(widths, MergeTree.Widths(leaves));
        Assert.Equal(widths, MergeTree.Build(Leaves(leaves)).Select(level => level.Count));
    }

    [Fact]
    public void OneLeaf_IsItsOwnRoot() => Assert.Equal(Leaves(1)[0], MergeTree.Root(Leaves(1)));

    [Fact]
    public void NodeOfOnePart_IsThatPart()
    {
        var last = MergeTree.Build(Leaves(17))[0][1];

        Assert.False(last.IsMerge());
        Assert.Equal(Leaves(17)[16], last.Result);
    }

    [Fact]
    public void OneLeafChanged_ChangesOnePath()
    {
        var leaves = Leaves(256).ToArray();
        var before = MergeTree.Build(leaves);
        leaves[100] = new ResultAddress(ResultKind.Chunk, "changed");
        var after = MergeTree.Build(leaves);

        Assert.Equal([6], Enumerable.Range(0, 16).Where(node => before[0][node].Result != after[0][node].Result));
        Assert.NotEqual(before[1][0].Result, after[1][0].Result);
    }

    private static IReadOnlyList<ResultAddress> Leaves(int count) =>
        [.. Enumerable.Range(0, count).Select(
            leaf => new ResultAddress(ResultKind.Chunk, leaf.ToString("x64", CultureInfo.InvariantCulture)))];
}

using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;

namespace AeServerless.Functions.Tests.Planning;

public sealed class ResultKeyTests
{
    private static readonly ChunkKeyBasis Basis = new("basis");
    private static readonly PlannedRange Range = new(Shard: 0, FirstRow: 1, Tokens: 2, FirstSequence: 3, SequenceOffset: 4, Sequences: 5);

    public static TheoryData<string, string, PlannedRange> Changes => new()
    {
        { "other", "shard", Range },
        { "basis", "other", Range },
        { "basis", "shard", Range with { FirstRow = 9 } },
        { "basis", "shard", Range with { Tokens = 9 } },
        { "basis", "shard", Range with { SequenceOffset = 9 } },
        { "basis", "shard", Range with { Sequences = 9 } },
    };

    [Fact]
    public void SameChunk_HasTheSameKey() => Assert.Equal(ResultKey.OfChunk(Basis, "shard", Range), ResultKey.OfChunk(Basis, "shard", Range with { }));

    [Theory]
    [MemberData(nameof(Changes))]
    public void AnythingElse_HasAnotherKey(string basis, string shard, PlannedRange range) =>
        Assert.NotEqual(ResultKey.OfChunk(Basis, "shard", Range), ResultKey.OfChunk(new ChunkKeyBasis(basis), shard, range));

    [Fact]
    public void ChunkElsewhereInTheDataset_KeepsItsKey() =>
        Assert.Equal(ResultKey.OfChunk(Basis, "shard", Range), ResultKey.OfChunk(Basis, "shard", Range with { Shard = 7, FirstSequence = 900 }));

    [Fact]
    public void FieldsThatRunIntoEachOther_HaveOtherHashes() => Assert.NotEqual(ResultKey.Hash("ab", "c"), ResultKey.Hash("a", "bc"));

    [Fact]
    public void MergeOfOtherParts_HasAnotherKey()
    {
        ResultPart[] parts = [new(ResultKind.Chunk, "a"), new(ResultKind.Chunk, "b")];

        Assert.Equal(ResultKey.OfMerge(parts), ResultKey.OfMerge([.. parts]));
        Assert.NotEqual(ResultKey.OfMerge(parts), ResultKey.OfMerge([parts[1], parts[0]]));
    }
}

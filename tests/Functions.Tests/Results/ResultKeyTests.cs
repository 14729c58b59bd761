using AeServerless.Functions.Planning;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Tests.Results;

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
    public void SameChunk_HasTheSameKey() => Assert.Equal(Basis.KeyOf("shard", Range), Basis.KeyOf("shard", Range with { }));

    [Theory]
    [MemberData(nameof(Changes))]
    public void AnythingElse_HasAnotherKey(string basis, string shard, PlannedRange range) =>
        Assert.NotEqual(Basis.KeyOf("shard", Range), new ChunkKeyBasis(basis).KeyOf(shard, range));

    [Fact]
    public void ChunkElsewhereInTheDataset_KeepsItsKey() =>
        Assert.Equal(Basis.KeyOf("shard", Range), Basis.KeyOf("shard", Range with { Shard = 7, FirstSequence = 900 }));

    [Fact]
    public void FieldsThatRunIntoEachOther_HaveOtherHashes() => Assert.NotEqual(ResultKey.Hash("ab", "c"), ResultKey.Hash("a", "bc"));

    [Fact]
    public void MergeOfOtherParts_HasAnotherKey()
    {
        ResultAddress[] parts = [new(ResultKind.Chunk, "a"), new(ResultKind.Chunk, "b")];

        Assert.Equal(ResultKey.OfMerge(parts), ResultKey.OfMerge([.. parts]));
        Assert.NotEqual(ResultKey.OfMerge(parts), ResultKey.OfMerge([parts[1], parts[0]]));
    }
}

using AeServerless.Engine.Datasets;
using AeServerless.Engine.Results.Summary;
using CsCheck;

namespace AeServerless.Engine.Tests.Results.Summary;

public sealed class SequenceIndexTests
{
    /// <summary>Some shards, the first and the last among them, may have no sequences.</summary>
    [Fact]
    public void EverySequence_IsFoundInItsShard() => Gen.Int[0, 3].Array[1, 12].Sample(sequences =>
    {
        var index = new SequenceIndex([.. sequences.Select(count => new ShardReference("shards/0.safetensors", count, count))]);
        var expected =
            sequences.Index().SelectMany(shard => Enumerable.Range(0, shard.Item).Select(sequence => (shard.Index, sequence))).ToList();

        Assert.Equal(expected, Enumerable.Range(0, expected.Count).Select(sequence => index.Find(sequence)));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Find(expected.Count));
    });
}

using AeServerless.Engine.Datasets;
using CsCheck;

namespace AeServerless.Engine.Tests.Datasets;

public sealed class ChunkPlannerTests
{
    [Fact]
    public void Chunks_CoverEveryRowOnceAndCutNoSequence() =>
        Gen.Select(Gen.Int[1, 50].Array[1, 60], Gen.Int[1, 120], Gen.Long[0, 1_000_000]).Sample((lengths, chunkTokens, firstSequence) =>
        {
            var chunks = ChunkPlanner.Split(3, firstSequence, lengths, chunkTokens);

            Assert.Equal(lengths, chunks.SelectMany(chunk => chunk.SequenceLengths));
            var (row, sequence) = (0L, firstSequence);
            foreach (var chunk in chunks)
            {
                Assert.Equal(
                    (3, row, sequence, chunk.SequenceLengths.Sum()), (chunk.ShardIndex, chunk.FirstRow, chunk.FirstSequence, chunk.Tokens));
                Assert.True(chunk.Tokens <= chunkTokens || chunk.SequenceLengths.Count == 1);
                (row, sequence) = (row + chunk.Tokens, sequence + chunk.SequenceLengths.Count);
            }

            // As large as fits: no two neighbours could have been one.
            Assert.All(chunks.Zip(chunks.Skip(1)), pair => Assert.True(pair.First.Tokens + pair.Second.SequenceLengths[0] > chunkTokens));
        });

    [Fact]
    public void SequenceLongerThanAChunk_IsItsOwn()
    {
        var chunks = ChunkPlanner.Split(0, 0, [2, int.MaxValue, 2], 4);

        Assert.Equal([2, int.MaxValue, 2], chunks.Select(chunk => chunk.Tokens));
    }
}

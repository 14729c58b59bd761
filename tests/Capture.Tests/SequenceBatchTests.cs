using CsCheck;

namespace AeServerless.Capture.Tests;

public sealed class SequenceBatchTests
{
    [Fact]
    public void Batches_HaveEverySequenceOnceAndOneLengthEach() =>
        Gen.Select(Gen.Int[1, 6].Array[1, 40], Gen.Int[1, 30]).Sample((lengths, batchTokens) =>
    {
        var batches = SequenceBatch.Plan([.. lengths.Select(length => new int[length])], batchTokens);

        Assert.Equal(Enumerable.Range(0, lengths.Length), batches.SelectMany(batch => batch.Sequences).Order());
        foreach (var batch in batches)
        {
            Assert.All(batch.Sequences, sequence => Assert.Equal(batch.Length, lengths[sequence]));
            Assert.True(batch.Sequences.Count == 1 || batch.Sequences.Count * batch.Length <= batchTokens);
            Assert.Equal(batch.Sequences, batch.Stretches().SelectMany(stretch => Enumerable.Range(stretch.Sequence, stretch.Count)));
            Assert.Equal(
                Enumerable.Range(0, batch.Sequences.Count), batch.Stretches().SelectMany(
                    stretch => Enumerable.Range(stretch.Start, stretch.Count)));
        }
    });
}

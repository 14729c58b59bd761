using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Results.Summary;

/// <summary>In which shard a dataset's sequence is.</summary>
internal sealed class SequenceIndex
{
    private readonly long[] _starts;

    public SequenceIndex(IReadOnlyList<ShardReference> shards)
    {
        _starts = new long[shards.Count + 1];
        for (var i = 0; i < shards.Count; i++)
        {
            _starts[i + 1] = _starts[i] + shards[i].Sequences;
        }
    }

    public (int Shard, int Sequence) Find(long sequence)
    {
        if (sequence < 0 || sequence >= _starts[^1])
        {
            throw new ArgumentOutOfRangeException(nameof(sequence), sequence, $"The shards have {_starts[^1]} sequences.");
        }

        var at = Array.BinarySearch(_starts, sequence);
        var shard = at < 0 ? ~at - 1 : at;
        while (_starts[shard + 1] == sequence)
        {
            // Without sequences.
            shard++;
        }

        return (shard, (int)(sequence - _starts[shard]));
    }
}

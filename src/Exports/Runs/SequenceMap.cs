namespace AeServerless.Exports.Runs;

/// <summary>How the rows of a run fall into sequences. Eight bytes a sequence are in memory.</summary>
public sealed class SequenceMap
{
    private readonly long[] _starts;

    /// <summary>Makes the map.</summary>
    /// <param name="lengths">Tokens of each sequence.</param>
    public SequenceMap(ReadOnlySpan<int> lengths)
    {
        _starts = new long[lengths.Length + 1];
        for (var i = 0; i < lengths.Length; i++)
        {
            _starts[i + 1] = _starts[i] + lengths[i];
            Longest = Math.Max(Longest, lengths[i]);
        }

        Shortest = lengths.Length == 0 ? 0 : lengths.ToArray().Min();
    }

    /// <summary>Number of sequences.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>Number of tokens.</summary>
    public long Tokens => _starts[^1];

    /// <summary>Tokens of the longest sequence.</summary>
    public int Longest { get; }

    /// <summary>Tokens of the shortest sequence.</summary>
    public int Shortest { get; }

    /// <summary>The first row of a sequence.</summary>
    public long Start(int sequence) => _starts[sequence];

    /// <summary>Tokens of a sequence.</summary>
    public int Length(int sequence) => (int)(_starts[sequence + 1] - _starts[sequence]);

    /// <summary>The sequence that a row is in.</summary>
    /// <param name="row">The row.</param>
    /// <param name="near">A sequence to try first, such as the one of the row before.</param>
    public int Find(long row, int near = 0)
    {
        if (Shortest == Longest && Longest > 0)
        {
            return (int)(row / Longest);
        }

        if (near < Count && row >= _starts[near])
        {
            if (row < _starts[near + 1])
            {
                return near;
            }

            if (near + 1 < Count && row < _starts[near + 2])
            {
                return near + 1;
            }
        }

        var found = Array.BinarySearch(_starts, row);
        if (found < 0)
        {
            return ~found - 1;
        }

        // Empty sequences begin where the next one does: the row is in the last that begins there.
        while (found + 1 < Count && _starts[found + 1] == row)
        {
            found++;
        }

        return found;
    }
}

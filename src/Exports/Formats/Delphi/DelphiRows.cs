using AeServerless.Engine;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Formats.Delphi;

/// <summary>The sequences that delphi's cache can hold: all of one length. Others are left out.</summary>
internal sealed class DelphiRows
{
    private readonly int[] _rowOf;

    /// <param name="sequences">The run's sequences.</param>
    /// <exception cref="InvalidInputException">Less than half of the tokens are in sequences of the commonest length.</exception>
    public DelphiRows(SequenceMap sequences)
    {
        Sequences = sequences;
        var lengths = Enumerable.Range(0, sequences.Count).GroupBy(sequences.Length)
            .Select(group => (Length: group.Key, Tokens: (long)group.Key * group.Count()))
            .OrderByDescending(group => group.Tokens).ToList();
        Context = lengths.Count > 0 ? lengths[0].Length : 0;
        if (lengths.Count > 0 && lengths[0].Tokens * 2 < sequences.Tokens)
        {
            throw new InvalidInputException(
                "sequences",
                $"have {lengths.Count} lengths from {sequences.Shortest} to {sequences.Longest}; delphi's cache holds those of one: "
                + "make the dataset with a fixed context");
        }

        _rowOf = new int[sequences.Count];
        for (var sequence = 0; sequence < _rowOf.Length; sequence++)
        {
            _rowOf[sequence] = sequences.Length(sequence) == Context ? Rows++ : -1;
        }
    }

    public SequenceMap Sequences { get; }

    /// <summary>Tokens of a sequence.</summary>
    public int Context { get; }

    /// <summary>Sequences that are kept.</summary>
    public int Rows { get; }

    /// <summary>The row of a sequence, or −1.</summary>
    public int RowOf(int sequence) => _rowOf[sequence];
}

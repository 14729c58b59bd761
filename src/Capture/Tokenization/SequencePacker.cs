using AeServerless.Engine;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Capture.Tokenization;

/// <summary>
/// Cuts the tokens of documents into sequences of one length. Each sequence begins with what the tokenizer puts before a text, such as BOS,
/// as models know it; so does each document in the middle of one.
/// </summary>
public sealed class SequencePacker
{
    private readonly IReadOnlyList<int> _before;
    private readonly IReadOnlyList<int> _behind;
    private readonly int _length;
    private readonly List<int> _pending = [];

    private SequencePacker(IReadOnlyList<int> before, IReadOnlyList<int> behind, int length) =>
        (_before, _behind, _length) = (before, behind, length);

    /// <summary>Begins without tokens.</summary>
    /// <param name="tokenizer">Says what belongs to the ends of a text.</param>
    /// <param name="length">Tokens of a sequence, at least 1.</param>
    /// <param name="specialTokens">Whether special tokens are added.</param>
    /// <exception cref="InvalidInputException">Sequences are too short for a token of the text.</exception>
    public static SequencePacker Create(TextTokenizer tokenizer, int length, bool specialTokens)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var (before, behind) = specialTokens ? tokenizer.Ends() : ([], []);
        return length > before.Count
            ? new SequencePacker(before, behind, length)
            : throw new InvalidInputException(
                $"sequences of {length} tokens", $"have no room for text: {before.Count} special tokens begin each");
    }

    /// <summary>Begins a document.</summary>
    /// <returns>Sequences that are full now.</returns>
    public IEnumerable<int[]> BeginDocument() => _pending.Count == 0 ? [] : Add(_before);

    /// <summary>Adds ids of the document.</summary>
    /// <inheritdoc cref="BeginDocument" path="/returns"/>
    public IEnumerable<int[]> Add(IReadOnlyList<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        foreach (var id in ids)
        {
            if (_pending.Count == 0)
            {
                _pending.AddRange(_before);
            }

            _pending.Add(id);
            if (_pending.Count == _length)
            {
                yield return Take();
            }
        }
    }

    /// <summary>Ends the document.</summary>
    /// <inheritdoc cref="BeginDocument" path="/returns"/>
    public IEnumerable<int[]> EndDocument() => Add(_behind);

    /// <summary>The tokens that fill no sequence; null where there are none.</summary>
    public int[]? Flush() => _pending.Count > 0 ? Take() : null;

    private int[] Take()
    {
        int[] sequence = [.. _pending];
        _pending.Clear();
        return sequence;
    }
}

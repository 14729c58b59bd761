using System.Text.RegularExpressions;
using AeServerless.Engine;
using Microsoft.ML.Tokenizers;

namespace AeServerless.Capture.Tokenization;

/// <summary>
/// GPT-2's byte-level BPE, from a model's <c>vocab.json</c> and <c>merges.txt</c>. Every text has ids, and decoding gives it back.
/// </summary>
public sealed partial class Gpt2Tokenizer
{
    /// <summary>The special token; in a text it becomes its own id where the vocabulary has it.</summary>
    public const string EndOfText = "<|endoftext|>";

    /// <summary>Name of the vocabulary's file.</summary>
    public const string VocabularyFile = TokenizerFiles.Vocabulary;

    /// <summary>Name of the file of merges.</summary>
    public const string MergesFile = TokenizerFiles.Merges;

    private readonly BpeTokenizer _tokenizer;
    private readonly string[] _tokens;

    private Gpt2Tokenizer(BpeTokenizer tokenizer, string[] tokens)
    {
        _tokenizer = tokenizer;
        _tokens = tokens;
    }

    /// <summary>Number of ids.</summary>
    public int Count => _tokens.Length;

    /// <summary>Makes a tokenizer.</summary>
    /// <param name="vocabulary">Content of <c>vocab.json</c>: an object of token to id.</param>
    /// <param name="merges">Content of <c>merges.txt</c>: a pair of tokens a line, the most important first.</param>
    /// <param name="subject">What messages call the folder of the two files.</param>
    /// <exception cref="InvalidInputException">
    /// The files are malformed or don't fit each other: the message names file and line or token.
    /// </exception>
    public static Gpt2Tokenizer Create(ReadOnlySpan<byte> vocabulary, ReadOnlySpan<byte> merges, string subject)
    {
        var ids = TokenizerFiles.ParseVocabulary(vocabulary, $"{subject}/{TokenizerFiles.Vocabulary}");
        var pairs = TokenizerFiles.ParseMerges(merges, ids, $"{subject}/{TokenizerFiles.Merges}");
        var tokens = new string[ids.Count];
        foreach (var (token, id) in ids)
        {
            tokens[id] = token;
        }

        var special = ids.TryGetValue(EndOfText, out var end) ? new Dictionary<string, int> { [EndOfText] = end } : null;
        var options = new BpeOptions(ids)
        {
            Merges = pairs,
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(Pieces(), special),
            SpecialTokens = special,
        };
        return new Gpt2Tokenizer(BpeTokenizer.Create(options), tokens);
    }

    /// <summary>Ids of a text.</summary>
    public IReadOnlyList<int> Encode(string text) => _tokenizer.EncodeToIds(text);

    /// <summary>The text of ids. Bytes that are not valid UTF-8 (a character cut in two) become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(ids));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, _tokens.Length, nameof(ids));
            if (_tokens[id] == EndOfText || !ByteAlphabet.TryAppend(_tokens[id], bytes))
            {
                bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(_tokens[id]));
            }
        }

        return System.Text.Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>
    /// GPT-2's pre-tokenisation: contractions, letters, digits and other characters, each with a space before, and white space.
    /// </summary>
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Pieces();
}

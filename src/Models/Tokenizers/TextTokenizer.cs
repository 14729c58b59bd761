using System.Collections.Concurrent;
using AeServerless.Engine;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Tokenizers;

/// <summary>
/// A model's tokenizer: the pipeline that its file describes, computed by the library that the file was written by. Takes time in
/// proportion to a text's length. Safe for concurrent use.
/// </summary>
public sealed class TextTokenizer : IDisposable
{
    private const string TokenizerFile = TokenizerFileList.Tokenizer;

    // Below the ten million times that an expression may go back before the library ends the process.
    private const int MostTries = 9_000_000;

    private readonly TokenizerDefinition _definition;
    private readonly Lazy<NativeTokenizer> _plain;
    private readonly Lazy<NativeTokenizer> _special;
    private readonly Lazy<NativeTokenizer> _decoder;

    // A summary asks for the texts of the same tokens a hundred thousand times.
    private readonly ConcurrentDictionary<int, string> _texts = [];

    private TextTokenizer(TokenizerDefinition definition)
    {
        _definition = definition;
        _special = new(() => new NativeTokenizer(definition.Copy(specialTokens: true, decodesSpecial: false), definition.Name));
        _plain = new(() => new NativeTokenizer(definition.Copy(specialTokens: false, decodesSpecial: false), definition.Name));
        _decoder = new(() => new NativeTokenizer(definition.Copy(specialTokens: false, decodesSpecial: true), definition.Name));
    }

    /// <summary>All tokens by id, spelled as the file does: bytes in a byte-level vocabulary as printable characters.</summary>
    public IReadOnlyDictionary<int, string> Tokens => _definition.Tokens;

    /// <summary>Whether tokens are spelled by bytes, each as a printable character.</summary>
    internal bool IsByteLevel => _definition.Components.IsByteLevel;

    /// <summary>Reads a folder's <c>tokenizer.json</c>, else its <c>vocab.json</c> and <c>merges.txt</c>.</summary>
    /// <exception cref="InvalidInputException">
    /// There is none, it is faulty, or the library would silently do something else than it says: the message names the field.
    /// </exception>
    public static async Task<TextTokenizer> LoadAsync(IModelFiles files, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (await files.TryReadAsync(TokenizerFile, cancellationToken) is { } json)
        {
            return Create(TokenizerDefinition.Parse(json, TokenizerFile));
        }

        return await ByteLevelFiles.TryReadAsync(files, cancellationToken) is { } definition
            ? Create(definition)
            : throw new InvalidInputException(files.Name, $"has neither {TokenizerFile} nor vocab.json with merges.txt");
    }

    /// <summary>Reads the bytes of a <c>tokenizer.json</c>.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="subject">What messages call the file.</param>
    /// <inheritdoc cref="LoadAsync" path="/exception"/>
    public static TextTokenizer Parse(ReadOnlySpan<byte> json, string subject) => Create(TokenizerDefinition.Parse(json, subject));

    /// <summary>Token ids of a text.</summary>
    /// <param name="text">Valid Unicode.</param>
    /// <param name="specialTokens">Whether special tokens are added, such as BOS, as the file's post-processor says.</param>
    /// <exception cref="InvalidInputException">Not valid Unicode, or a run of white space of millions of characters.</exception>
    public int[] Encode(string text, bool specialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        RequireTractable(text);
        return (specialTokens ? _special : _plain).Value.Encode(text);
    }

    /// <summary>What the post-processor puts before and behind the ids of a text.</summary>
    public (IReadOnlyList<int> Before, IReadOnlyList<int> Behind) Ends()
    {
        const string some = "a";
        var (plain, whole) = (Encode(some, specialTokens: false), Encode(some));
        var at = whole.AsSpan().IndexOf(plain);
        return at < 0 ? ([], []) : (whole[..at], whole[(at + plain.Length)..]);
    }

    /// <summary>The text of token ids.</summary>
    /// <param name="ids">Ids of <see cref="Tokens"/>.</param>
    /// <param name="specialTokens">Whether special tokens are kept.</param>
    /// <exception cref="InvalidInputException">An id that the tokenizer does not have.</exception>
    public string Decode(IReadOnlyList<int> ids, bool specialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(ids);
        foreach (var id in ids)
        {
            if (!Tokens.ContainsKey(id))
            {
                throw new InvalidInputException($"token id {id}", $"is none of {_definition.Name}");
            }
        }

        return (specialTokens ? _decoder : _special).Value.Decode(ids);
    }

    /// <summary>
    /// The text of one id by itself: U+FFFD for a part of a character, and without what decoding strips from a text's start.
    /// </summary>
    public string TextOf(int id) => _texts.GetOrAdd(id, one => Decode([one], specialTokens: true));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var native in (Lazy<NativeTokenizer>[])[_plain, _special, _decoder])
        {
            if (native.IsValueCreated)
            {
                native.Value.Dispose();
            }
        }
    }

    private static TextTokenizer Create(TokenizerDefinition definition)
    {
        var tokenizer = new TextTokenizer(definition);

        // What the library does not read is found here and not with the first text.
        _ = tokenizer._special.Value;
        return tokenizer;
    }

    private void RequireTractable(string text)
    {
        var most = MostTries / _definition.Components.Growth;
        if (text.Length <= most)
        {
            return;
        }

        if (_definition.Components.CostsBeyondWhitespace || LongestWhitespace(text) > most)
        {
            throw new InvalidInputException(
                $"a text of {text.Length} characters",
                $"can't be tokenized at once by {_definition.Name}, which takes runs of at most {most}; split it");
        }
    }

    private static int LongestWhitespace(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var character in text)
        {
            run = char.IsWhiteSpace(character) ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using AeServerless.Engine;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Capture.Tokenization;

/// <summary>Reads texts in blocks that have the same tokens one by one as the whole text has.</summary>
internal static class TextBlocks
{
    private const int BlockCharacters = 1 << 20;
    private const int MostTries = 16;
    private const int Neighbourhood = 4096;

    /// <summary>
    /// Blocks of a text. A tokenizer whose tokens may reach over the ends of lines, or that treats the beginning of a text in its own way,
    /// gets the text whole.
    /// </summary>
    /// <exception cref="InvalidInputException">The text is not valid UTF-8.</exception>
    public static IAsyncEnumerable<string> ReadAsync(
        string name,
        TextReader reader,
        TextTokenizer tokenizer,
        CancellationToken cancellationToken,
        int blockCharacters = BlockCharacters) =>
        ReadAsync(name, reader, (text, at) => IsBoundary(text, at, tokenizer), blockCharacters, cancellationToken);

    /// <summary>A reader of a text that refuses what is not UTF-8.</summary>
    public static StreamReader Open(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));

    /// <summary>The next line; <see langword="null"/> at the end.</summary>
    /// <exception cref="InvalidInputException">It is not valid UTF-8.</exception>
    public static ValueTask<string?> ReadLineAsync(string name, TextReader reader, CancellationToken cancellationToken) =>
        DecodedAsync(name, reader.ReadLineAsync(cancellationToken));

    private static async IAsyncEnumerable<string> ReadAsync(
        string name,
        TextReader reader,
        Func<string, int, bool> isBoundary,
        int blockCharacters,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rest = new StringBuilder();
        var buffer = new char[blockCharacters];
        while (await DecodedAsync(name, reader.ReadBlockAsync(buffer, cancellationToken)) is > 0 and var read)
        {
            // Boundaries in what was read before have been looked at: a little of it is the neighbourhood of those to come.
            var known = Math.Min(rest.Length, Neighbourhood);
            var text = rest.ToString(rest.Length - known, known) + new string(buffer, 0, read);
            var end = LastBoundary(text, known, isBoundary);
            rest.Append(buffer, 0, read);
            if (end > 0)
            {
                var cut = rest.Length - text.Length + end;
                yield return rest.ToString(0, cut);
                rest.Remove(0, cut);
            }
        }

        if (rest.Length > 0)
        {
            yield return rest.ToString();
        }
    }

    // Pre-tokenisation looks at runs of white space as a whole, and never past a single line feed between two other characters.
    private static int LastBoundary(string text, int known, Func<string, int, bool> isBoundary)
    {
        var tries = 0;
        for (var i = text.Length - 1; i >= Math.Max(2, known) && tries < MostTries; i--)
        {
            if (text[i - 1] != '\n' || char.IsWhiteSpace(text[i]) || char.IsWhiteSpace(text[i - 2]))
            {
                continue;
            }

            if (isBoundary(text, i))
            {
                return i;
            }

            tries++;
        }

        return 0;
    }

    // Whether the tokens around a place are those of what is before it and what is behind it.
    private static bool IsBoundary(string text, int at, TextTokenizer tokenizer)
    {
        var first = Math.Max(0, at - Neighbourhood);
        var last = Math.Min(text.Length, at + Neighbourhood);
        first += first > 0 && char.IsLowSurrogate(text[first]) ? 1 : 0;
        last -= char.IsHighSurrogate(text[last - 1]) ? 1 : 0;
        if (last <= at)
        {
            return false;
        }

        int[] Ids(int from, int to) => tokenizer.Encode(text[from..to], specialTokens: false);
        return Ids(first, last).AsSpan().SequenceEqual([.. Ids(first, at), .. Ids(at, last)]);
    }

    private static async ValueTask<T> DecodedAsync<T>(string name, ValueTask<T> read)
    {
        try
        {
            return await read;
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidInputException(name, "is not valid UTF-8 text");
        }
    }
}

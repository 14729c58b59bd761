using System.Runtime.CompilerServices;
using System.Text;
using AeServerless.Engine;

namespace AeServerless.Capture.Tokenization;

/// <summary>Texts as sequences of token ids. A text is read in blocks: its size does not matter.</summary>
public static class TextSequences
{
    private const int BlockCharacters = 1 << 20;

    /// <summary>Cuts each text into sequences of one length; the last of a text is as long as it comes out.</summary>
    /// <param name="texts">The texts, each opened when its turn comes. Disposed after reading.</param>
    /// <param name="tokenizer">Gives the ids.</param>
    /// <param name="context">Tokens of a sequence, at least 1.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidInputException">A text is not valid UTF-8.</exception>
    public static async IAsyncEnumerable<int[]> ReadAsync(
        IEnumerable<(string Name, Func<Stream> Open)> texts,
        Gpt2Tokenizer tokenizer,
        int context,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(context, 1);
        foreach (var (name, open) in texts)
        {
            using var reader = new StreamReader(
                open(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            var pending = new List<int>();
            await foreach (var block in BlocksAsync(name, reader, cancellationToken))
            {
                pending.AddRange(tokenizer.Encode(block));
                var cut = 0;
                for (; cut + context <= pending.Count; cut += context)
                {
                    yield return [.. pending.Skip(cut).Take(context)];
                }

                pending.RemoveRange(0, cut);
            }

            if (pending.Count > 0)
            {
                yield return [.. pending];
            }
        }
    }

    /// <summary>Blocks that have the same tokens one by one as the whole text has.</summary>
    internal static async IAsyncEnumerable<string> BlocksAsync(
        string name, TextReader reader, [EnumeratorCancellation] CancellationToken cancellationToken, int blockCharacters = BlockCharacters)
    {
        var rest = "";
        var buffer = new char[blockCharacters];
        while (await ReadBlockAsync(name, reader, buffer, cancellationToken) is > 0 and var read)
        {
            var text = rest + new string(buffer, 0, read);
            var end = LastBoundary(text);
            if (end > 0)
            {
                yield return text[..end];
            }

            rest = text[end..];
        }

        if (rest.Length > 0)
        {
            yield return rest;
        }
    }

    /// <summary>
    /// Pre-tokenisation looks at runs of white space as a whole, and never past a single line feed between two other characters.
    /// </summary>
    private static int LastBoundary(string text)
    {
        for (var i = text.Length - 1; i >= 2; i--)
        {
            if (text[i - 1] == '\n' && !char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 2]))
            {
                return i;
            }
        }

        return 0;
    }

    private static async Task<int> ReadBlockAsync(string name, TextReader reader, char[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadBlockAsync(buffer, cancellationToken);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidInputException(name, "is not valid UTF-8 text");
        }
    }
}

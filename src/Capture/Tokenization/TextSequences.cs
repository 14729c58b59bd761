using System.Runtime.CompilerServices;
using AeServerless.Engine;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Capture.Tokenization;

/// <summary>Texts as sequences of token ids. A text is read in blocks: its size does not matter.</summary>
public static class TextSequences
{
    /// <summary>Cuts each text into sequences of one length; the last of a text is as long as it comes out.</summary>
    /// <param name="texts">The texts, each opened when its turn comes. Disposed after reading.</param>
    /// <param name="tokenizer">Gives the ids.</param>
    /// <param name="context">Tokens of a sequence, at least 1.</param>
    /// <param name="specialTokens">Whether sequences begin with the special tokens that the tokenizer puts before a text.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidInputException">A text is not valid UTF-8.</exception>
    public static async IAsyncEnumerable<int[]> ReadAsync(
        IEnumerable<(string Name, Func<Stream> Open)> texts,
        TextTokenizer tokenizer,
        int context,
        bool specialTokens = true,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(tokenizer);
        foreach (var (name, open) in texts)
        {
            var packer = SequencePacker.Create(tokenizer, context, specialTokens);
            using var reader = TextBlocks.Open(open());
            await foreach (var block in TextBlocks.ReadAsync(name, reader, tokenizer, cancellationToken))
            {
                foreach (var sequence in packer.Add(tokenizer.Encode(block, specialTokens: false)))
                {
                    yield return sequence;
                }
            }

            foreach (var sequence in packer.EndDocument())
            {
                yield return sequence;
            }

            if (packer.Flush() is { } rest)
            {
                yield return rest;
            }
        }
    }
}

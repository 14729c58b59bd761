using System.Runtime.CompilerServices;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Capture.Tokenization;

/// <summary>Documents as sequences of token ids: one after another in sequences of one length, or one a sequence.</summary>
public static class DocumentSequences
{
    /// <summary>Packs documents end to end; the last sequence is as long as it comes out.</summary>
    /// <param name="documents">Each document in parts, as <see cref="DocumentParts"/> gives them.</param>
    /// <param name="tokenizer">Gives the ids.</param>
    /// <param name="length">Tokens of a sequence, at least 1.</param>
    /// <param name="specialTokens">Whether sequences and documents begin with the tokenizer's special tokens.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async IAsyncEnumerable<int[]> PackAsync(
        IAsyncEnumerable<DocumentPart> documents,
        TextTokenizer tokenizer,
        int length,
        bool specialTokens,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var packer = SequencePacker.Create(tokenizer, length, specialTokens);
        await foreach (var part in documents.WithCancellation(cancellationToken))
        {
            if (part.IsFirst)
            {
                foreach (var sequence in packer.BeginDocument())
                {
                    yield return sequence;
                }
            }

            foreach (var sequence in packer.Add(tokenizer.Encode(part.Text, specialTokens: false)))
            {
                yield return sequence;
            }

            if (part.IsLast)
            {
                foreach (var sequence in packer.EndDocument())
                {
                    yield return sequence;
                }
            }
        }

        if (packer.Flush() is { } rest)
        {
            yield return rest;
        }
    }

    /// <summary>One document a sequence, of which the first tokens are kept. A document without tokens is passed over.</summary>
    /// <param name="documents">Each document in parts.</param>
    /// <param name="tokenizer">Gives the ids.</param>
    /// <param name="length">Most tokens of a sequence, at least 1.</param>
    /// <param name="specialTokens">Whether a document has the tokenizer's special tokens at its ends.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async IAsyncEnumerable<int[]> OneEachAsync(
        IAsyncEnumerable<DocumentPart> documents,
        TextTokenizer tokenizer,
        int length,
        bool specialTokens,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var packer = SequencePacker.Create(tokenizer, length, specialTokens);
        int[]? first = null;
        await foreach (var part in documents.WithCancellation(cancellationToken))
        {
            if (first is null)
            {
                first = packer.Add(tokenizer.Encode(part.Text, specialTokens: false)).FirstOrDefault();
            }

            if (part.IsLast)
            {
                first ??= packer.EndDocument().FirstOrDefault();
                if ((first ?? packer.Flush()) is { } sequence)
                {
                    yield return sequence;
                }

                packer = SequencePacker.Create(tokenizer, length, specialTokens);
                first = null;
            }
        }
    }
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Capture.Tokenization;

/// <summary>Reads documents, of which none need fit into memory where it is a file of text.</summary>
public static class DocumentParts
{
    /// <summary>A file of text is one document.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="stream">UTF-8; disposed.</param>
    /// <param name="tokenizer">Says where the text can be cut.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidInputException">It is not valid UTF-8.</exception>
    public static async IAsyncEnumerable<DocumentPart> OfTextAsync(
        string name, Stream stream, TextTokenizer tokenizer, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        using var reader = TextBlocks.Open(stream);
        string? pending = null;
        var isFirst = true;
        await foreach (var block in TextBlocks.ReadAsync(name, reader, tokenizer, cancellationToken))
        {
            if (pending is not null)
            {
                yield return new DocumentPart(pending, isFirst, IsLast: false);
                isFirst = false;
            }

            pending = block;
        }

        if (pending is not null)
        {
            yield return new DocumentPart(pending, isFirst, IsLast: true);
        }
    }

    /// <summary>A document a line: a field of a JSON object.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="stream">UTF-8; disposed.</param>
    /// <param name="field">The field that has the text.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidInputException">
    /// A line is no JSON object with such a text: the message names the line. Or it is not valid UTF-8.
    /// </exception>
    public static async IAsyncEnumerable<DocumentPart> OfJsonLinesAsync(
        string name, Stream stream, string field, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var reader = TextBlocks.Open(stream);
        for (var number = 1; await TextBlocks.ReadLineAsync(name, reader, cancellationToken) is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                var subject = string.Create(CultureInfo.InvariantCulture, $"{name}, line {number}");
                yield return new DocumentPart(TextOf(line, field, subject), IsFirst: true, IsLast: true);
            }
        }
    }

    private static string TextOf(string line, string field, string subject)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(field, out var text)
                && text.ValueKind == JsonValueKind.String
                ? text.GetString()!
                : throw new InvalidInputException(subject, $"has no field '{OneLineText.Clip(field)}' with a text");
        }
        catch (JsonException e)
        {
            throw InvalidInputException.NotJson(subject, e);
        }
        catch (InvalidOperationException)
        {
            throw new InvalidInputException(subject, $"its field '{OneLineText.Clip(field)}' is not valid Unicode");
        }
    }
}

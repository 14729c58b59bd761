using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AeServerless.Engine;

namespace AeServerless.Capture.Tokenization;

/// <summary>Sequences that are token ids already.</summary>
public static class TokenSequences
{
    /// <summary>
    /// Reads one sequence a line: ids with white space between, or a JSON array of ids. Empty lines are passed over.
    /// </summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="reader">The lines.</param>
    /// <param name="vocabulary">Number of ids that the model knows.</param>
    /// <param name="positions">Longest sequence that the model takes.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidInputException">
    /// A line that is neither, an unknown id, or a sequence that is too long: the message names the line.
    /// </exception>
    public static async IAsyncEnumerable<int[]> ReadAsync(
        string name, TextReader reader, int vocabulary, int positions,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var number = 0;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var subject = string.Create(CultureInfo.InvariantCulture, $"{name}, line {number}");
            var ids = line.TrimStart().StartsWith('[') ? ParseJson(line, subject) : ParseWords(line, subject);
            if (ids.Length == 0)
            {
                throw new InvalidInputException(subject, "has no ids");
            }

            if (ids.Length > positions)
            {
                throw new InvalidInputException(subject, $"has {ids.Length} tokens; the model takes at most {positions}");
            }

            if (Array.FindIndex(ids, id => id < 0 || id >= vocabulary) is >= 0 and var wrong)
            {
                throw new InvalidInputException(subject, $"has the id {ids[wrong]}; the model knows 0 to {vocabulary - 1}");
            }

            yield return ids;
        }
    }

    /// <summary>Ends a sequence of sequences after so many tokens, in the middle of one if need be.</summary>
    public static async IAsyncEnumerable<int[]> TakeTokensAsync(this IAsyncEnumerable<int[]> sequences, long tokens)
    {
        await foreach (var sequence in sequences)
        {
            if (sequence.Length >= tokens)
            {
                if (tokens > 0)
                {
                    yield return sequence[..(int)tokens];
                }

                yield break;
            }

            tokens -= sequence.Length;
            yield return sequence;
        }
    }

    private static int[] ParseJson(string line, string subject)
    {
        try
        {
            return JsonSerializer.Deserialize<int[]>(line)!;
        }
        catch (JsonException)
        {
            throw new InvalidInputException(subject, "is not a JSON array of token ids");
        }
    }

    private static int[] ParseWords(string line, string subject) => Array.ConvertAll(
        line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new InvalidInputException(
                subject, $"has '{OneLineText.Clip(word)}'; token ids are whole numbers with spaces between, or a JSON array"));
}

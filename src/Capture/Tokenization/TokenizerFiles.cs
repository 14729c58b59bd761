using System.Text.Json;
using AeServerless.Engine;

namespace AeServerless.Capture.Tokenization;

/// <summary>Reads and checks the two files of a byte-level BPE.</summary>
internal static class TokenizerFiles
{
    public const string Vocabulary = "vocab.json";
    public const string Merges = "merges.txt";

    /// <summary>Ids of tokens: 0 to count − 1, each once, with every byte of the alphabet among the tokens.</summary>
    public static Dictionary<string, int> ParseVocabulary(ReadOnlySpan<byte> json, string subject)
    {
        Dictionary<string, int> ids;
        try
        {
            ids = JsonSerializer.Deserialize<Dictionary<string, int>>(json, new JsonSerializerOptions { AllowDuplicateProperties = false })
                ?? throw new InvalidInputException(subject, "is null; an object of token to id is needed");
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(subject, $"is not an object of token to id: {OneLineText.Describe(e)}");
        }

        var seen = new bool[ids.Count];
        foreach (var (token, id) in ids)
        {
            if (id < 0 || id >= ids.Count || seen[id])
            {
                throw new InvalidInputException(
                    subject, $"gives '{OneLineText.Clip(token)}' the id {id}; ids must be 0 to {ids.Count - 1}, each once");
            }

            seen[id] = true;
        }

        foreach (var character in ByteAlphabet.Characters)
        {
            if (!ids.ContainsKey(character.ToString()))
            {
                throw new InvalidInputException(subject, $"lacks '{character}', one of the 256 bytes of a byte-level vocabulary");
            }
        }

        return ids;
    }

    /// <summary>The pairs as the library takes them, each checked against the vocabulary.</summary>
    public static List<string> ParseMerges(ReadOnlySpan<byte> text, Dictionary<string, int> ids, string subject)
    {
        var pairs = new List<string>();
        var lines = new Dictionary<string, int>();
        var number = 0;
        foreach (var raw in System.Text.Encoding.UTF8.GetString(text).Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            if (line.Length == 0 || (number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                continue;
            }

            if (line.Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right])
            {
                throw new InvalidInputException(
                    $"{subject}, line {number}", $"is '{OneLineText.Clip(line)}'; two tokens with a space between are needed");
            }

            foreach (var token in (string[])[left, right, left + right])
            {
                if (!ids.ContainsKey(token))
                {
                    throw new InvalidInputException(
                        $"{subject}, line {number}", $"has '{OneLineText.Clip(token)}', which {Vocabulary} lacks");
                }
            }

            if (!lines.TryAdd(line, number))
            {
                throw new InvalidInputException(
                    $"{subject}, line {number}", $"repeats line {lines[line]}: '{OneLineText.Clip(line)}'; each pair must stand once");
            }

            pairs.Add(line);
        }

        return pairs;
    }
}

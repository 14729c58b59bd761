using System.Globalization;
using System.Text.Json.Nodes;
using AeServerless.Engine;
using AeServerless.Models.Configuration;

namespace AeServerless.Models.Tokenizers;

/// <summary>Checks a byte-pair encoding: every merge once and within the vocabulary, no chance, and no text that would be lost.</summary>
internal static class BpeCheck
{
    private const string VersionLine = "#version";

    /// <summary>Checks the model and writes its merges as pairs.</summary>
    public static void Rewrite(JsonObject model, Dictionary<string, int> vocabulary, bool byteLevel, string subject)
    {
        if (model["dropout"] is { } dropout && !(dropout is JsonValue value && value.TryGetValue<double>(out var part) && part == 0))
        {
            throw new InvalidInputException(
                $"{subject}.dropout",
                $"is {ConfigReader.Clip(dropout.ToJsonString())}: merges would be left out at random; null is needed");
        }

        RequireEveryText(model, vocabulary, byteLevel, subject);
        var prefix = TokenizerJson.Text(model, "continuing_subword_prefix", subject) ?? "";
        var pairs = new JsonArray();
        var seen = new Dictionary<(string, string), int>();
        var merges = TokenizerJson.Array(model["merges"], $"{subject}.merges");
        var paired = merges.FirstOrDefault() is JsonArray;
        for (var i = 0; i < merges.Count; i++)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"{subject}.merges[{i}]");
            if (merges[i] is JsonArray != paired)
            {
                throw new InvalidInputException(field, "is of another form than the first: merges must all be strings, or all be pairs");
            }

            if (Pair(merges[i], field) is not var (left, right))
            {
                continue;
            }

            RequireKnown(left, right, prefix, vocabulary, field);
            if (!seen.TryAdd((left, right), i))
            {
                throw new InvalidInputException(
                    field, $"repeats merges[{seen[(left, right)]}], '{ConfigReader.Clip(left)}' and '{ConfigReader.Clip(right)}'");
            }

            pairs.Add(new JsonArray(left, right));
        }

        model["type"] = "BPE";
        model["dropout"] = null;
        model["merges"] = pairs;
    }

    private static (string Left, string Right)? Pair(JsonNode? merge, string field)
    {
        if (merge is JsonValue value && value.TryGetValue<string>(out var text))
        {
            if (text.StartsWith(VersionLine, StringComparison.Ordinal))
            {
                return null;
            }

            return text.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
                ? (left, right)
                : throw new InvalidInputException(field, $"is '{ConfigReader.Clip(text)}'; two tokens with a space between are needed");
        }

        return merge is JsonArray { Count: 2 } pair && pair[0] is JsonValue first && first.TryGetValue<string>(out var one)
            && pair[1] is JsonValue second && second.TryGetValue<string>(out var other)
            ? (one, other)
            : throw new InvalidInputException(field, "must be two tokens");
    }

    private static void RequireKnown(string left, string right, string prefix, Dictionary<string, int> vocabulary, string field)
    {
        if (!right.StartsWith(prefix, StringComparison.Ordinal))
        {
            throw new InvalidInputException(
                field,
                $"has '{ConfigReader.Clip(right)}', which does not begin with continuing_subword_prefix, '{ConfigReader.Clip(prefix)}'");
        }

        foreach (var token in (string[])[left, right, left + right[prefix.Length..]])
        {
            if (!vocabulary.ContainsKey(token))
            {
                throw new InvalidInputException(field, $"has '{ConfigReader.Clip(token)}', which the vocabulary lacks");
            }
        }
    }

    // Without a token for the unknown the library drops characters that the vocabulary lacks without a word.
    private static void RequireEveryText(JsonObject model, Dictionary<string, int> vocabulary, bool byteLevel, string subject)
    {
        if (TokenizerJson.Text(model, "unk_token", subject) is not null)
        {
            return;
        }

        var fallback = TokenizerJson.Flag(model, "byte_fallback", subject);
        if (!byteLevel && !fallback)
        {
            throw new InvalidInputException(
                $"{subject}.unk_token", "is missing, and the vocabulary is not of bytes: characters that it lacks would be lost");
        }

        for (var value = 0; value < 256; value++)
        {
            var token = byteLevel
                ? ByteAlphabet.Characters[value].ToString()
                : string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");
            if (!vocabulary.ContainsKey(token))
            {
                throw new InvalidInputException(
                    $"{subject}.vocab",
                    $"lacks '{token}', the byte 0x{value:X2}, and there is no unknown token: text with that byte would lose it");
            }
        }
    }
}

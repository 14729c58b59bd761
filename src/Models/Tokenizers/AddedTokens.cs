using System.Globalization;
using System.Text.Json.Nodes;
using AeServerless.Engine;
using AeServerless.Models.Configuration;

namespace AeServerless.Models.Tokenizers;

/// <summary>Checks added tokens. The library gives them other ids without a word where theirs leave a gap or are taken.</summary>
internal static class AddedTokens
{
    private static readonly string[] Keys = ["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"];

    /// <summary>All tokens by id.</summary>
    public static Dictionary<int, string> Read(JsonNode? node, Dictionary<string, int> vocabulary, string file)
    {
        var tokens = vocabulary.ToDictionary(entry => entry.Value, entry => entry.Key);
        var largest = -1;
        if (node is null)
        {
            return tokens;
        }

        var list = TokenizerJson.Array(node, $"{file}, added_tokens");
        for (var i = 0; i < list.Count; i++)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"{file}, added_tokens[{i}]");
            var added = TokenizerJson.Object(list[i], field);
            TokenizerJson.RequireKeys(added, Keys, field);
            var id = TokenizerJson.Id(added["id"], $"{field}.id");
            var content = TokenizerJson.Text(added, "content", field);
            if (string.IsNullOrEmpty(content))
            {
                throw new InvalidInputException($"{field}.content", "is missing or empty");
            }

            if (vocabulary.TryGetValue(content, out var known) && known != id)
            {
                throw new InvalidInputException(
                    $"{field}.id", $"is {id}; the vocabulary gives '{ConfigReader.Clip(content)}' the id {known}");
            }

            if (!tokens.TryAdd(id, content) && tokens[id] != content)
            {
                throw new InvalidInputException(
                    $"{field}.id", $"is {id}, the id of '{ConfigReader.Clip(tokens[id])}', for '{ConfigReader.Clip(content)}'");
            }

            // As the library counts: behind the vocabulary's size, or behind the largest added id.
            var next = largest >= vocabulary.Count ? largest + 1 : vocabulary.Count;
            if (!vocabulary.ContainsKey(content) && id != next)
            {
                throw new InvalidInputException(
                    $"{field}.id", $"is {id}; the library would give '{ConfigReader.Clip(content)}' the next free id, {next}");
            }

            largest = Math.Max(largest, id);
        }

        return tokens;
    }
}

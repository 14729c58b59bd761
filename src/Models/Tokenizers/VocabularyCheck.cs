using System.Text.Json.Nodes;
using AeServerless.Engine;
using AeServerless.Models.Configuration;

namespace AeServerless.Models.Tokenizers;

/// <summary>Reads the model of a tokenizer: tokens by id, each once.</summary>
internal static class VocabularyCheck
{
    private static readonly Dictionary<string, string[]> Keys = new()
    {
        ["BPE"] =
        [
            "type", "vocab", "merges", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
            "byte_fallback", "ignore_merges",
        ],
        ["WordPiece"] = ["type", "vocab", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word"],
        ["WordLevel"] = ["type", "vocab", "unk_token"],
        ["Unigram"] = ["type", "vocab", "unk_id", "byte_fallback"],
    };

    /// <summary>The model's type; BPE where it is absent and merges are there, as in old files.</summary>
    public static string Type(JsonObject model, string subject)
    {
        var type = TokenizerJson.Text(model, "type", subject) ?? (model.ContainsKey("merges") ? "BPE" : "null");
        if (!Keys.TryGetValue(type, out var keys))
        {
            throw new InvalidInputException($"{subject}.type", $"is '{ConfigReader.Clip(type)}'; known are {string.Join(", ", Keys.Keys)}");
        }

        TokenizerJson.RequireKeys(model, keys, subject);
        return type;
    }

    /// <summary>Ids by token.</summary>
    public static Dictionary<string, int> Read(JsonObject model, string type, string subject)
    {
        var vocabulary = type == "Unigram" ? Pieces(model, subject) : Tokens(model, subject);
        var unknown = TokenizerJson.Text(model, "unk_token", subject);
        if (unknown is null && type is "WordPiece" or "WordLevel")
        {
            throw new InvalidInputException($"{subject}.unk_token", "is missing");
        }

        return unknown is null || vocabulary.ContainsKey(unknown)
            ? vocabulary
            : throw new InvalidInputException($"{subject}.unk_token", $"is '{ConfigReader.Clip(unknown)}', which the vocabulary lacks");
    }

    private static Dictionary<string, int> Tokens(JsonObject model, string subject)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var owners = new Dictionary<int, string>();
        foreach (var (token, node) in TokenizerJson.Object(model["vocab"], $"{subject}.vocab"))
        {
            var id = TokenizerJson.Id(node, $"{subject}.vocab, token '{ConfigReader.Clip(token)}'");
            if (!owners.TryAdd(id, token))
            {
                throw new InvalidInputException(
                    $"{subject}.vocab", $"gives '{ConfigReader.Clip(owners[id])}' and '{ConfigReader.Clip(token)}' the same id, {id}");
            }

            vocabulary.Add(token, id);
        }

        return vocabulary;
    }

    private static Dictionary<string, int> Pieces(JsonObject model, string subject)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in TokenizerJson.Array(model["vocab"], $"{subject}.vocab"))
        {
            var field = $"{subject}.vocab[{vocabulary.Count}]";
            var pair = TokenizerJson.Array(entry, field);
            if (pair.Count != 2 || pair[0] is not JsonValue value || !value.TryGetValue<string>(out var piece) || piece.Length == 0)
            {
                throw new InvalidInputException(field, "must be a token that is not empty and its score");
            }

            if (!vocabulary.TryAdd(piece, vocabulary.Count))
            {
                throw new InvalidInputException(field, $"repeats '{ConfigReader.Clip(piece)}', the token of id {vocabulary[piece]}");
            }
        }

        if (model["unk_id"] is { } unknown && TokenizerJson.Id(unknown, $"{subject}.unk_id") >= vocabulary.Count)
        {
            throw new InvalidInputException($"{subject}.unk_id", $"is {unknown}; the vocabulary has {vocabulary.Count} tokens");
        }

        return vocabulary;
    }
}

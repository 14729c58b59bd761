using System.Collections.Frozen;
using System.Text.Json.Nodes;
using AeServerless.Engine;
using AeServerless.Models.Configuration;

namespace AeServerless.Models.Tokenizers;

/// <summary>
/// Checks the components of a pipeline. The library panics on some values, which ends the process: those are refused.
/// </summary>
internal sealed class TokenizerComponents
{
    private static readonly FrozenDictionary<string, string[]> Normalizers = new Dictionary<string, string[]>
    {
        ["BertNormalizer"] = ["clean_text", "handle_chinese_chars", "strip_accents", "lowercase"],
        ["Strip"] = ["strip_left", "strip_right"],
        ["StripAccents"] = [],
        ["NFC"] = [],
        ["NFD"] = [],
        ["NFKC"] = [],
        ["NFKD"] = [],
        ["Lowercase"] = [],
        ["Nmt"] = [],
        ["Replace"] = ["pattern", "content"],
        ["Prepend"] = ["prepend"],
        ["ByteLevel"] = [],
        ["Sequence"] = ["normalizers"],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string[]> PreTokenizers = new Dictionary<string, string[]>
    {
        ["ByteLevel"] = ["add_prefix_space", "trim_offsets", "use_regex"],
        ["Split"] = ["pattern", "behavior", "invert"],
        ["Metaspace"] = ["replacement", "add_prefix_space", "str_rep", "prepend_scheme", "split"],
        ["BertPreTokenizer"] = [],
        ["Whitespace"] = [],
        ["WhitespaceSplit"] = [],
        ["Punctuation"] = ["behavior"],
        ["Digits"] = ["individual_digits"],
        ["CharDelimiterSplit"] = ["delimiter"],
        ["UnicodeScripts"] = [],
        ["Sequence"] = ["pretokenizers"],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string[]> Decoders = new Dictionary<string, string[]>
    {
        ["ByteLevel"] = ["add_prefix_space", "trim_offsets", "use_regex"],
        ["WordPiece"] = ["prefix", "cleanup"],
        ["Metaspace"] = ["replacement", "add_prefix_space", "str_rep", "prepend_scheme", "split"],
        ["BPEDecoder"] = ["suffix"],
        ["CTC"] = ["pad_token", "word_delimiter_token", "cleanup"],
        ["Replace"] = ["pattern", "content"],
        ["Fuse"] = [],
        ["ByteFallback"] = [],
        ["Strip"] = ["content", "start", "stop"],
        ["Sequence"] = ["decoders"],
    }.ToFrozenDictionary();

    private readonly string _file;

    private TokenizerComponents(string file) => _file = file;

    /// <summary>Whether text becomes bytes before it meets the vocabulary.</summary>
    public bool IsByteLevel { get; private set; }

    /// <summary>Whether the time of an expression grows with the length of anything but white space.</summary>
    public bool CostsBeyondWhitespace { get; private set; }

    /// <summary>How many characters a normalizer may make of one.</summary>
    public int Growth { get; private set; } = 1;

    /// <summary>Checks normalizer, pre-tokenizer and decoder.</summary>
    public static TokenizerComponents Check(JsonObject root, string file)
    {
        var components = new TokenizerComponents(file);
        components.Check(root["normalizer"], "normalizer", "normalizers", Normalizers);
        components.Check(root["pre_tokenizer"], "pre_tokenizer", "pretokenizers", PreTokenizers);
        components.Check(root["decoder"], "decoder", "decoders", Decoders);
        return components;
    }

    private void Check(JsonNode? node, string field, string list, FrozenDictionary<string, string[]> known)
    {
        if (node is null)
        {
            return;
        }

        var subject = $"{_file}, {field}";
        var part = TokenizerJson.Object(node, subject);
        var type = TokenizerJson.Text(part, "type", subject);
        if (type is null || !known.TryGetValue(type, out var keys))
        {
            throw new InvalidInputException(
                $"{subject}.type",
                $"is '{ConfigReader.Clip(type ?? "null")}'; known are {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}");
        }

        TokenizerJson.RequireKeys(part, [.. keys, "type"], subject);
        if (type == "Sequence")
        {
            var items = TokenizerJson.Array(part[list], $"{subject}.{list}");
            for (var i = 0; i < items.Count; i++)
            {
                Check(items[i], $"{field}.{list}[{i}]", list, known);
            }
        }

        IsByteLevel |= type == "ByteLevel" && !ReferenceEquals(known, Decoders);
        Growth = Math.Max(Growth, GrowthOf(type, part, ReferenceEquals(known, Normalizers)));
        CheckPattern(part, subject, mayBeEmpty: type == "Split");
        if (type == "Strip" && ReferenceEquals(known, Decoders) && part["stop"] is JsonValue stop
            && !(stop.TryGetValue<int>(out var count) && count == 0))
        {
            throw new InvalidInputException(
                $"{subject}.stop", "must be 0: the library takes characters from ends of tokens that don't have them");
        }
    }

    private static int GrowthOf(string type, JsonObject part, bool normalizer) => !normalizer ? 1 : type switch
    {
        "NFKC" or "NFKD" => 18,
        "Replace" => Math.Max(1, part["content"] is JsonValue content && content.TryGetValue<string>(out var text) ? text.Length : 1),
        "Prepend" or "ByteLevel" or "Strip" => 1,
        _ => 4,
    };

    private void CheckPattern(JsonObject part, string subject, bool mayBeEmpty)
    {
        if (part["pattern"] is null)
        {
            return;
        }

        var pattern = TokenizerJson.Object(part["pattern"], $"{subject}.pattern");
        TokenizerJson.RequireKeys(pattern, ["String", "Regex"], $"{subject}.pattern");
        if (TokenizerJson.Text(pattern, "Regex", $"{subject}.pattern") is { } regex)
        {
            CostsBeyondWhitespace |= RegexCost.Of(regex, $"{subject}.pattern").BeyondWhitespace;
        }

        if ((pattern["Regex"] ?? pattern["String"]) is JsonValue value && value.TryGetValue<string>(out var text) && text.Length == 0
            && !mayBeEmpty)
        {
            throw new InvalidInputException($"{subject}.pattern", "is empty");
        }
    }
}

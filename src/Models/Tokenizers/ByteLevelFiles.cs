using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AeServerless.Engine;
using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Tokenizers;

/// <summary>
/// GPT-2's older form: <c>vocab.json</c> and <c>merges.txt</c>, with <c>tokenizer_config.json</c> beside them if there is one.
/// </summary>
internal static class ByteLevelFiles
{
    private const string Vocabulary = TokenizerFileList.Vocabulary;
    private const string Merges = TokenizerFileList.Merges;
    private const string Config = TokenizerFileList.Config;
    private const string EndOfText = "<|endoftext|>";

    private static readonly string[] SpecialNames = ["bos_token", "eos_token", "unk_token", "pad_token"];

    /// <summary>The same as a definition of the newer form; null where the files are not there.</summary>
    public static async Task<TokenizerDefinition?> TryReadAsync(IModelFiles files, CancellationToken cancellationToken)
    {
        if (await files.TryReadAsync(Vocabulary, cancellationToken) is not { } vocabulary
            || await files.TryReadAsync(Merges, cancellationToken) is not { } merges)
        {
            return null;
        }

        var config = await files.TryReadAsync(Config, cancellationToken) is { } json ? TokenizerJson.Parse(json, Config) : [];
        var tokens = TokenizerJson.Parse(vocabulary, Vocabulary);
        var specials = SpecialNames.Select(name => SpecialToken(config, name)).Append(EndOfText).OfType<string>()
            .Distinct().Where(tokens.ContainsKey).ToList();
        var added = new JsonArray();
        foreach (var special in specials)
        {
            added.Add(Added(special, TokenizerJson.Id(tokens[special], $"{Vocabulary}, '{ConfigReader.Clip(special)}'")));
        }

        var root = new JsonObject
        {
            ["added_tokens"] = added,
            ["pre_tokenizer"] = ByteLevel(TokenizerJson.Flag(config, "add_prefix_space", Config)),
            ["post_processor"] = TokenizerJson.Flag(config, "add_bos_token", Config)
                ? Template(SpecialToken(config, "bos_token") ?? EndOfText, tokens)
                : null,
            ["decoder"] = ByteLevel(false),
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = tokens, ["merges"] = Pairs(merges) },
        };
        return TokenizerDefinition.Check(root, $"{Vocabulary} with {Merges}");
    }

    private static string? SpecialToken(JsonObject config, string name) => config[name] is JsonObject token
        ? TokenizerJson.Text(token, "content", $"{Config}, {name}")
        : TokenizerJson.Text(config, name, Config);

    private static JsonObject Added(string content, int id) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    private static JsonObject ByteLevel(bool prefixSpace) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = prefixSpace,
        ["trim_offsets"] = true,
        ["use_regex"] = true,
    };

    private static JsonObject Template(string token, JsonObject tokens)
    {
        if (!tokens.ContainsKey(token))
        {
            throw new InvalidInputException(
                $"{Config}, bos_token", $"is '{ConfigReader.Clip(token)}', which {Vocabulary} lacks, and add_bos_token asks for it");
        }

        JsonObject Special() => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 } };
        JsonObject Sequence(string id) => new() { ["Sequence"] = new JsonObject { ["id"] = id, ["type_id"] = 0 } };
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(), Sequence("A")),
            ["pair"] = new JsonArray(Special(), Sequence("A"), Special(), Sequence("B")),
            ["special_tokens"] = new JsonObject
            {
                [token] = new JsonObject
                {
                    ["id"] = token,
                    ["ids"] = new JsonArray(tokens[token]!.DeepClone()),
                    ["tokens"] = new JsonArray(token),
                },
            },
        };
    }

    // Only lines that begin with #version are no merges: others may begin with '#'.
    private static JsonArray Pairs(byte[] merges)
    {
        var pairs = new JsonArray();
        var number = 0;
        foreach (var raw in Encoding.UTF8.GetString(merges).Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            if (line.Length == 0 || line.StartsWith("#version", StringComparison.Ordinal))
            {
                continue;
            }

            pairs.Add(line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
                ? new JsonArray(left, right)
                : throw new InvalidInputException(
                    string.Create(CultureInfo.InvariantCulture, $"{Merges}, line {number}"),
                    $"is '{ConfigReader.Clip(line)}'; two tokens with a space between are needed"));
        }

        return pairs;
    }
}

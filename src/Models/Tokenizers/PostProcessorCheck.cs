using System.Text.Json.Nodes;
using AeServerless.Engine;
using AeServerless.Models.Configuration;

namespace AeServerless.Models.Tokenizers;

/// <summary>Checks the component that adds special tokens: each must have an id of the vocabulary.</summary>
internal static class PostProcessorCheck
{
    private static readonly Dictionary<string, string[]> Keys = new()
    {
        ["ByteLevel"] = ["type", "add_prefix_space", "trim_offsets", "use_regex"],
        ["TemplateProcessing"] = ["type", "single", "pair", "special_tokens"],
        ["BertProcessing"] = ["type", "sep", "cls"],
        ["RobertaProcessing"] = ["type", "sep", "cls", "trim_offsets", "add_prefix_space"],
        ["Sequence"] = ["type", "processors"],
    };

    public static void Check(JsonNode? node, IReadOnlyDictionary<int, string> tokens, string subject)
    {
        if (node is null)
        {
            return;
        }

        var part = TokenizerJson.Object(node, subject);
        var type = TokenizerJson.Text(part, "type", subject) ?? "null";
        if (!Keys.TryGetValue(type, out var keys))
        {
            throw new InvalidInputException($"{subject}.type", $"is '{ConfigReader.Clip(type)}'; known are {string.Join(", ", Keys.Keys)}");
        }

        TokenizerJson.RequireKeys(part, keys, subject);
        switch (type)
        {
            case "Sequence":
                var processors = TokenizerJson.Array(part["processors"], $"{subject}.processors");
                for (var i = 0; i < processors.Count; i++)
                {
                    Check(processors[i], tokens, $"{subject}.processors[{i}]");
                }

                break;
            case "TemplateProcessing":
                CheckTemplate(part, tokens, subject);
                break;
            case "BertProcessing" or "RobertaProcessing":
                RequireId(TokenizerJson.Array(part["sep"], $"{subject}.sep").ElementAtOrDefault(1), tokens, $"{subject}.sep");
                RequireId(TokenizerJson.Array(part["cls"], $"{subject}.cls").ElementAtOrDefault(1), tokens, $"{subject}.cls");
                break;
        }
    }

    private static void CheckTemplate(JsonObject template, IReadOnlyDictionary<int, string> tokens, string subject)
    {
        if (template["special_tokens"] is null)
        {
            return;
        }

        foreach (var (name, node) in TokenizerJson.Object(template["special_tokens"], $"{subject}.special_tokens"))
        {
            var field = $"{subject}.special_tokens, '{ConfigReader.Clip(name)}'";
            var special = TokenizerJson.Object(node, field);
            var ids = TokenizerJson.Array(special["ids"], $"{field}.ids");
            if (ids.Count != TokenizerJson.Array(special["tokens"], $"{field}.tokens").Count)
            {
                throw new InvalidInputException(field, "has not as many ids as tokens");
            }

            foreach (var id in ids)
            {
                RequireId(id, tokens, $"{field}.ids");
            }
        }
    }

    private static void RequireId(JsonNode? node, IReadOnlyDictionary<int, string> tokens, string field)
    {
        var id = TokenizerJson.Id(node, field);
        if (!tokens.ContainsKey(id))
        {
            throw new InvalidInputException(field, $"has {id}, which is no id of the vocabulary");
        }
    }
}

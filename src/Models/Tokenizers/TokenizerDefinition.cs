using System.Text.Json.Nodes;
using AeServerless.Engine;
using AeServerless.Models.Configuration;

namespace AeServerless.Models.Tokenizers;

/// <summary>A <c>tokenizer.json</c> that has been checked, from which copies for the library are made.</summary>
internal sealed class TokenizerDefinition
{
    private const string Version = "1.0";

    private static readonly string[] Keys =
    [
        "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model",
    ];

    private readonly JsonObject _root;

    private TokenizerDefinition(JsonObject root, IReadOnlyDictionary<int, string> tokens, TokenizerComponents components, string name) =>
        (_root, Tokens, Components, Name) = (root, tokens, components, name);

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>All tokens by id, spelled as the file does.</summary>
    public IReadOnlyDictionary<int, string> Tokens { get; }

    /// <summary>What is known of its normalizer, pre-tokenizer and decoder.</summary>
    public TokenizerComponents Components { get; }

    /// <summary>Checks a file.</summary>
    /// <exception cref="InvalidInputException">It is faulty, or the library would not do what it says: the message names the
    /// field.</exception>
    public static TokenizerDefinition Parse(ReadOnlySpan<byte> json, string file) => Check(TokenizerJson.Parse(json, file), file);

    /// <summary>Checks a definition; it is changed.</summary>
    public static TokenizerDefinition Check(JsonObject root, string file)
    {
        TokenizerJson.RequireKeys(root, Keys, file);
        if (TokenizerJson.Text(root, "version", file) is { } version && version != Version)
        {
            throw new InvalidInputException($"{file}, version", $"is '{ConfigReader.Clip(version)}'; {Version} is read");
        }

        var subject = $"{file}, model";
        var model = TokenizerJson.Object(root["model"], subject);
        var type = VocabularyCheck.Type(model, subject);
        var components = TokenizerComponents.Check(root, file);
        var vocabulary = VocabularyCheck.Read(model, type, subject);
        if (type == "BPE")
        {
            BpeCheck.Rewrite(model, vocabulary, components.IsByteLevel, subject);
        }

        var tokens = AddedTokens.Read(root["added_tokens"], vocabulary, file);
        PostProcessorCheck.Check(root["post_processor"], tokens, $"{file}, post_processor");

        // The library would cut and fill every text by these.
        root["version"] = Version;
        root["truncation"] = null;
        root["padding"] = null;
        return new TokenizerDefinition(root, tokens, components, file);
    }

    /// <summary>A copy for the library.</summary>
    /// <param name="specialTokens">Whether the post-processor adds special tokens.</param>
    /// <param name="decodesSpecial">Whether decoding keeps special tokens.</param>
    public JsonObject Copy(bool specialTokens, bool decodesSpecial)
    {
        var copy = (JsonObject)_root.DeepClone();
        if (!specialTokens)
        {
            copy["post_processor"] = null;
        }

        if (decodesSpecial && copy["added_tokens"] is JsonArray added)
        {
            foreach (var token in added)
            {
                token!["special"] = false;
            }
        }

        return copy;
    }
}

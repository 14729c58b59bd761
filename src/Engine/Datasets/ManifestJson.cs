using System.Buffers;
using System.Text.Json;
using AeServerless.Engine.IO;
using AeServerless.Engine.Json;

namespace AeServerless.Engine.Datasets;

/// <summary>Between <see cref="DatasetManifest"/> and JSON.</summary>
internal static class ManifestJson
{
    private const int MaxLayers = 10_000;
    private const int HashDigits = 64;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static DatasetManifest Parse(ReadOnlySpan<byte> json, string subject)
    {
        if (json.StartsWith(ByteOrderMark))
        {
            json = json[ByteOrderMark.Length..];
        }

        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Strict);
            return Read(JsonField.OfManifest(document.RootElement, subject));
        }
        catch (JsonException e)
        {
            throw InvalidInputException.NotJson(subject, e);
        }
    }

    public static byte[] Format(DatasetManifest manifest)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("schema", manifest.Schema);
            json.WriteString("model", manifest.Model);
            WriteHash(json, "modelSha256", manifest.ModelSha256);
            json.WriteNumber("layers", manifest.Layers);
            if (manifest.Tokenizer.Length > 0)
            {
                json.WriteString("tokenizer", manifest.Tokenizer);
            }

            WriteHash(json, "tokenizerSha256", manifest.TokenizerSha256);
            if (manifest.Backward is { } backward)
            {
                BackwardJson.Write(json, backward);
            }

            json.WriteStartArray("shards");
            foreach (var shard in manifest.Shards)
            {
                json.WriteStartObject();
                json.WriteString("path", shard.Path);
                json.WriteNumber("tokens", shard.Tokens);
                json.WriteNumber("sequences", shard.Sequences);
                WriteHash(json, "sha256", shard.Sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static DatasetManifest Read(JsonField root)
    {
        var schema = root.Required("schema").Text();
        if (schema != DatasetManifest.SchemaName)
        {
            throw root.Required("schema").Error($"is '{OneLineText.Clip(schema)}'; '{DatasetManifest.SchemaName}' is needed");
        }

        var model = root.Required("model");
        var shards = root.Required("shards").Array().Select(ReadShard).ToList();
        if (shards.Count == 0)
        {
            throw root.Required("shards").Error("is empty; at least one shard is needed");
        }

        if (shards.GroupBy(shard => shard.Path).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            throw root.Required("shards").Error($"names '{OneLineText.Clip(twice.Key)}' twice");
        }

        return new DatasetManifest(
            schema,
            BlobPath.Validate(model.Text(), model.Subject),
            (int)root.Required("layers").WholeNumber(0, MaxLayers),
            root.Optional("tokenizer") is { } tokenizer ? BlobPath.ValidateFolder(tokenizer.Text(), tokenizer.Subject) : "",
            shards)
        {
            ModelSha256 = ReadHash(root, "modelSha256"),
            TokenizerSha256 = ReadHash(root, "tokenizerSha256"),
            Backward = root.Optional("backward") is { } backward ? BackwardJson.Read(backward) : null,
        };
    }

    private static ShardReference ReadShard(JsonField shard)
    {
        var path = shard.Required("path");
        var tokens = shard.Required("tokens").WholeNumber(1, long.MaxValue);
        // A sequence has at least one token.
        var sequences = shard.Required("sequences").WholeNumber(1, Math.Min(tokens, int.MaxValue));
        return new ShardReference(BlobPath.Validate(path.Text(), path.Subject), tokens, (int)sequences)
        {
            Sha256 = ReadHash(shard, "sha256"),
        };
    }

    private static string? ReadHash(JsonField parent, string name)
    {
        if (parent.Optional(name) is not { } field)
        {
            return null;
        }

        var text = field.Text();
        return text.Length == HashDigits && text.All(char.IsAsciiHexDigit)
            ? text.ToLowerInvariant()
            : throw field.Error($"is '{OneLineText.Clip(text)}'; a SHA-256 of {HashDigits} hexadecimal digits is needed");
    }

    private static void WriteHash(Utf8JsonWriter json, string name, string? hash)
    {
        if (hash is not null)
        {
            json.WriteString(name, hash);
        }
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AeServerless.Formats.Reading;

/// <summary>Parses configurations: JSON, and the part of YAML that has the same values.</summary>
internal static class ConfigText
{
    private const int MostBytes = 1 << 22;
    private const int MostDepth = 32;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };

    public static async Task<JsonElement> ReadAsync(IByteSource source, CancellationToken cancellationToken)
    {
        if (source.Length > MostBytes)
        {
            throw new InvalidInputException(source.Name, $"has {source.Length} bytes; a configuration has at most {MostBytes}");
        }

        var bytes = new byte[source.Length];
        await source.ReadAsync(0, bytes, cancellationToken);
        var isJson = source.Name.EndsWith(".json", StringComparison.Ordinal);
        var element = isJson ? Json(source.Name, bytes) : Yaml(source.Name, bytes);
        return element.ValueKind == JsonValueKind.Object
            ? element
            : throw new InvalidInputException(source.Name, "has to be an object of fields");
    }

    private static JsonElement Json(string file, byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Options);
            RequireUnicode(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw InvalidInputException.NotJson(file, e);
        }
        catch (InvalidOperationException)
        {
            throw new InvalidInputException(file, "has a text that is not valid Unicode");
        }
    }

    /// <summary>Takes every name and text once: those that are not Unicode throw.</summary>
    private static void RequireUnicode(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    RequireUnicode(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var field in element.EnumerateObject())
                {
                    _ = field.Name;
                    RequireUnicode(field.Value);
                }

                break;
        }
    }

    private static JsonElement Yaml(string file, byte[] bytes)
    {
        try
        {
            var parser = new Parser(new StringReader(Encoding.UTF8.GetString(bytes)));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            return JsonSerializer.SerializeToElement(Node(file, parser, MostDepth));
        }
        catch (Exception e) when (e is YamlException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidInputException(file, "is not valid YAML");
        }
    }

    private static JsonNode? Node(string file, Parser parser, int depth)
    {
        if (depth == 0)
        {
            throw new InvalidInputException(file, $"is more than {MostDepth} deep");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return Value(scalar);
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(Node(file, parser, depth - 1));
            }

            return list;
        }

        if (!parser.TryConsume<MappingStart>(out _))
        {
            throw new InvalidInputException(file, "refers to another part of itself, which is not read");
        }

        var fields = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>().Value;
            if (!fields.TryAdd(key, Node(file, parser, depth - 1)))
            {
                throw new InvalidInputException(file, $"field '{ConfigObject.Clip(key)}' stands twice");
            }
        }

        return fields;
    }

    private static JsonNode? Value(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain)
        {
            return scalar.Value;
        }

        return scalar.Value switch
        {
            "" or "~" or "null" => null,
            "true" or "True" => true,
            "false" or "False" => false,
            var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number) => number,
            var text => text,
        };
    }
}

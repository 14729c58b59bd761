using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace AeServerless.Formats.Tests.Fuzzing;

/// <summary>JSON whose fields have other values, or are gone: it stays JSON, so that what reads the fields is reached.</summary>
internal static class JsonDamage
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "7", "7.0", "0.5", "1e300", "2147483648", "9223372036854775808", "\"\"", "\"relu\"",
        "\"topk\"",
        "\"none\"", "\"\\u202e\"", "[]", "{}", "[null]", "{\"k\": 3}",
    ];

    public static Gen<byte[]> Of(byte[] file)
    {
        var fields = Fields(JsonNode.Parse(file)!).Count;
        var change = Gen.Select(Gen.Int[0, fields - 1], Gen.Int[-1, Values.Length - 1]);
        return change.List[1, 2].Select(changes =>
        {
            var root = JsonNode.Parse(file)!;
            foreach (var (field, value) in changes)
            {
                Change(root, field, value);
            }

            return Encoding.UTF8.GetBytes(root.ToJsonString());
        });
    }

    private static void Change(JsonNode root, int field, int value)
    {
        var fields = Fields(root);
        if (fields.Count == 0)
        {
            return;
        }

        var (owner, name) = fields[field % fields.Count];
        owner.Remove(name);
        if (value >= 0)
        {
            owner[name] = JsonNode.Parse(Values[value]);
        }
    }

    private static List<(JsonObject Owner, string Name)> Fields(JsonNode node)
    {
        var fields = new List<(JsonObject, string)>();
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            fields.Add(((JsonObject)node, name));
            if (value is JsonObject)
            {
                fields.AddRange(Fields(value));
            }
        }

        return fields;
    }
}

using System.Collections.Frozen;
using System.Text.Json;

namespace AeServerless.Engine.Recipes;

/// <summary>A value in a JSON document and where it stands, read strictly: every error names the path and what would be right.</summary>
internal readonly struct JsonField(JsonElement element, string subject, string path)
{
    public bool IsString => element.ValueKind == JsonValueKind.String;

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public JsonFields Object(params IReadOnlyList<string> known)
    {
        Expect(JsonValueKind.Object, "an object");
        var fields = new Dictionary<string, JsonField>();
        foreach (var property in element.EnumerateObject())
        {
            // Names of unknown fields are the caller's text: cut, so that an error stays one line.
            var name = property.Name;
            if (!known.Contains(name))
            {
                throw Error($"unknown field {Quoted(name)}; the known fields are {RecipeNames.Listed(known)}");
            }

            fields.Add(name, new JsonField(property.Value, subject, $"{path}.{name}"));
        }

        return new JsonFields(this, fields);
    }

    public IReadOnlyList<JsonField> Array(string what)
    {
        Expect(JsonValueKind.Array, what);
        var (owner, at) = (subject, path);
        return [.. element.EnumerateArray().Select((item, index) => new JsonField(item, owner, $"{at}[{index}]"))];
    }

    public string Text(string what = "a string")
    {
        Expect(JsonValueKind.String, what);
        return element.GetString()!;
    }

    public bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error($"must be true or false, not {Shown()}"),
    };

    public int Integer(int least, int most) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value >= least && value <= most
            ? value
            : throw Error(most == int.MaxValue
                ? $"must be a whole number of at least {least}, not {Shown()}"
                : $"must be a whole number from {least} to {most}, not {Shown()}");

    public T OneOf<T>(FrozenDictionary<string, T> names)
    {
        var known = RecipeNames.Listed(names.Keys);
        return names.TryGetValue(Text($"one of {known}"), out var value) ? value : throw Error($"must be one of {known}, not {Shown()}");
    }

    public InvalidInputException Error(string problem) => new($"{subject} {path}", problem);

    public string Shown() => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => Quoted(element.GetString()!),
        _ => Cut(element.GetRawText()),
    };

    private static string Quoted(string text) => $"\"{Cut(JsonEncodedText.Encode(text).ToString())}\"";

    private static string Cut(string text) => text.Length <= 80 ? text : $"{text[..80]}…";

    private void Expect(JsonValueKind kind, string what)
    {
        if (element.ValueKind != kind)
        {
            throw Error($"must be {what}, not {Shown()}");
        }
    }
}

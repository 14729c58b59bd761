using System.Collections.Frozen;
using System.Text.Json;

namespace AeServerless.Engine.Json;

/// <summary>A value in a JSON document and its path, read strictly: every error names the path and what would be right.</summary>
internal sealed class JsonField
{
    private const int MaxShownCharacters = 80;

    private readonly JsonElement _element;
    private readonly JsonOrigin _origin;
    private readonly string _path;

    internal JsonField(JsonElement element, JsonOrigin origin, string path)
    {
        _element = element;
        _origin = origin;
        _path = path;
    }

    public bool IsString => _element.ValueKind == JsonValueKind.String;

    public bool IsNull => _element.ValueKind == JsonValueKind.Null;

    /// <summary>The document and the path, as errors name them.</summary>
    public string Subject => _origin.SubjectOf(_path);

    /// <summary>A document that was made by a program and is read leniently: errors are short, and unknown fields are ignored.</summary>
    public static JsonField OfManifest(JsonElement root, string file) => new(root, new JsonOrigin(file, IsWrittenByHand: false), "");

    /// <summary>A document that a person wrote: errors repeat the value at fault.</summary>
    /// <param name="element">The value.</param>
    /// <param name="document">What errors call the document.</param>
    /// <param name="path">Where the value is in the document.</param>
    public static JsonField OfRecipe(JsonElement element, string document, string path = "$") =>
        new(element, new JsonOrigin(document, IsWrittenByHand: true), path);

    /// <summary>This field, an object that has no other fields than the known ones.</summary>
    public JsonField Object(params IReadOnlyList<string> known)
    {
        foreach (var property in AnyObject().EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                throw Error($"unknown field {Quote(property.Name)}; the known fields are {ListNames(known)}");
            }
        }

        return this;
    }

    /// <summary>The object, whatever fields it has.</summary>
    public JsonElement AnyObject()
    {
        Expect(JsonValueKind.Object, "an object");
        return _element;
    }

    /// <summary>A field of this object that must have a value.</summary>
    public JsonField Required(string name) => Optional(name) ?? throw Missing(name);

    /// <summary>A field of this object, or <see langword="null"/> where it is absent or null: null asks for the default.</summary>
    public JsonField? Optional(string name) =>
        AnyObject().TryGetProperty(name, out var value)
            && value.ValueKind != JsonValueKind.Null ? new JsonField(value, _origin, PathOf(name)) : null;

    public IReadOnlyList<JsonField> Array(string what = "a list")
    {
        Expect(JsonValueKind.Array, what);
        return [.. _element.EnumerateArray().Select((item, index) => new JsonField(item, _origin, $"{_path}[{index}]"))];
    }

    public string Text(string what = "a string")
    {
        Expect(JsonValueKind.String, what);
        try
        {
            return _element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error("is not valid Unicode");
        }
    }

    public bool Flag() => _element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Mismatch("true or false"),
    };

    public int Integer(int min, int max) => (int)WholeNumber(min, max);

    public long WholeNumber(long min, long max) =>
        _element.ValueKind == JsonValueKind.Number && _element.TryGetInt64(out var value) && value >= min && value <= max
            ? value
            : throw Mismatch(max == int.MaxValue && _origin.IsWrittenByHand
                ? $"a whole number of at least {min}"
                : $"a whole number from {min} to {max}");

    public double Number() => _element.ValueKind == JsonValueKind.Number && _element.TryGetDouble(out var value) && double.IsFinite(value)
        ? value
        : throw Mismatch("a finite number");

    public T OneOf<T>(FrozenDictionary<string, T> names)
    {
        var what = $"one of {ListNames(names.Keys)}";
        return names.TryGetValue(Text(what), out var value) ? value : throw Mismatch(what);
    }

    public InvalidInputException Error(string problem) => new(Subject, problem);

    /// <summary>The value as errors show it.</summary>
    public string Shown() => _element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => Quote(_element.GetString()!),
        _ => Clip(_element.GetRawText()),
    };

    /// <summary>The names as a sentence lists them, in a stable order.</summary>
    public static string ListNames(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));

    private static string Quote(string text) => $"\"{Clip(JsonEncodedText.Encode(text).ToString())}\"";

    private static string Clip(string text) => text.Length <= MaxShownCharacters ? text : $"{text[..MaxShownCharacters]}…";

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private InvalidInputException Missing(string name) => _origin.IsWrittenByHand
        ? Error($"the field \"{name}\" is missing")
        : new InvalidInputException(_origin.SubjectOf(PathOf(name)), "is missing");

    private InvalidInputException Mismatch(string what) =>
        Error(_origin.IsWrittenByHand ? $"must be {what}, not {Shown()}" : $"must be {what}");

    private void Expect(JsonValueKind kind, string what)
    {
        if (_element.ValueKind != kind)
        {
            throw Mismatch(what);
        }
    }
}
